import Metrics
import Testing

@Suite struct QueryLimitTests {
  private let store = QueryData().store()

  private func message(_ query: String, from: Int64 = 0, to: Int64 = 0, step: Int64 = 1, samples: Int = 1000)
    -> String?
  {
    var limits = QueryLimits()
    limits.maxSamples = samples
    let (from, to) = (QueryData.start + from, QueryData.start + to)
    do throws(QueryProblem) {
      _ = try Expression(query).range(over: store, from: from, to: to, step: step, limits: limits)
      return nil
    } catch { return error.message }
  }

  @Test func whatWouldCostTooMuchIsRefusedInWords() {
    #expect(message("up", to: 20_000) == "20001 steps are more than 11000: take a longer step")
    #expect(
      message("up", to: 3_600_000, step: 15_000)
        == "the query needs more than 1000 samples: ask for fewer series or a longer step")
    #expect(message("up", to: -1) == "the end is before the start")
    #expect(message("up", step: 0) == "the step must be longer than nought")
    #expect(message("up[5m]") == "a range vector can't be asked for step by step: put rate(...) around it")
    #expect(message("up") == nil)
  }

  @Test func timesOutOfRangeAreRefused() throws {
    #expect(throws: QueryProblem("a time out of range")) {
      try Expression("up").instant(over: store, at: .max)
    }
    #expect(throws: QueryProblem("a time out of range")) {
      try Expression("up").instant(over: store, at: .min)
    }
    #expect(throws: QueryProblem("a time out of range")) {
      try Expression("up").range(over: store, from: .min, to: .max, step: .max)
    }
  }

  @Test func theSameQueryTwiceOverTheSameSamplesIsTheSameAnswer() throws {
    let expression = try Expression("topk(2, rate(requests_total[5m]))")
    let at = QueryData.start + 600_000
    #expect(try expression.instant(over: store, at: at) == expression.instant(over: store, at: at))
  }
}
