package main

func Example() {
	main()
	// Output:
	// ada moved at attempt 2
	// bo is paused: true
	// bo is gone: true
	// ada works in south
	// cy works in north
}
