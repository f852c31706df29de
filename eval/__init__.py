"""The evaluation suite: data sets, metrics, runner, report, benchmarks."""
