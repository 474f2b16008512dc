package leaderelection

// LeaderMetric records whether this process leads.
type LeaderMetric interface {
	// On is called when this process begins to lead, Off when it stops leading.
	On(name string)
	Off(name string)
	// SlowpathExercised is called when a renewal has to read the record first.
	SlowpathExercised(name string)
}

// MetricsProvider makes metrics of elections.
type MetricsProvider interface {
	NewLeaderMetric() LeaderMetric
}

// noMetric is the metric if there is no provider.
type noMetric struct{}

func (noMetric) On(string)                {}
func (noMetric) Off(string)               {}
func (noMetric) SlowpathExercised(string) {}

func newMetric() LeaderMetric {
	if p := globalProvider.Load(); p != nil {
		return (*p).NewLeaderMetric()
	}
	return noMetric{}
}
