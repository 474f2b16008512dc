package main

func Example() {
	main()
	// Output:
	// cannot follow robots; does the role allow list and watch? forbidden: true
	// added ada in north
	// added bo in north
	// ada went from north to south
	// deleted bo
	// in south: ada
}
