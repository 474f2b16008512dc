package main

func Example() {
	main()
	// Output:
	// wc -c: 5 bytes
	// exit code 3
	// this is port 80
}
