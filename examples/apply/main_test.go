package main

func Example() {
	main()
	// Output:
	// site north, paused true, zones [a b c]
	// Apply failed with 1 conflict: conflict with "planner": .spec.siteName
	// site south by force
	// site south, paused true, zones [a b]
}
