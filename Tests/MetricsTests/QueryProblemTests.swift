import Metrics
import Testing

@Suite struct QueryProblemTests {
  /// Queries that can't be read and what is said of them, caret and all.
  static let bad: [(query: String, said: String)] = [
    ("", "\n^ expected a query, got the end"),
    ("sum(rate(x[5m])}", "sum(rate(x[5m])}\n               ^ expected ')' after the argument, got '}'"),
    ("(1 + 2", "(1 + 2\n      ^ expected ')' after the expression, got the end"),
    ("x)", "x)\n ^ expected an operator or the end after the expression, got ')'"),
    ("1 +", "1 +\n   ^ expected a metric, a function, a number or '(', got the end"),
    ("* 2", "* 2\n^ expected a metric, a function, a number or '(', got '*'"),
    ("x[5m", "x[5m\n    ^ expected ']' after the duration, got the end"),
    ("x[]", "x[]\n  ^ expected a duration such as 5m after '[', got ']'"),
    ("x[5]", "x[5]\n  ^ expected a duration such as 5m after '[', got '5'"),
    ("x[0s]", "x[0s]\n  ^ a range must be longer than nought"),
    ("x[5m1h]", "x[5m1h]\n  ^ '5m1h' is neither a number nor a duration such as 5m or 1h30m"),
    ("x{job}", "x{job}\n     ^ expected =, !=, =~ or !~ after the label 'job', got '}'"),
    ("x{job=node}", "x{job=node}\n      ^ expected a text in quotes after '=', got 'node'"),
    (#"x{job="node""#, #"x{job="node"\#n            ^ expected '}' after the matcher, got the end"#),
    (
      #"x{job="node" instance="a"}"#,
      #"x{job="node" instance="a"}\#n             ^ expected '}' after the matcher, got 'instance'"#
    ),
    (#"x{="a"}"#, #"x{="a"}\#n  ^ expected a label's name after '{' or ',', got '='"#),
    (
      #"x{job=~"(a"}"#,
      #"x{job=~"(a"}\#n       ^ the regular expression can't be read: expected ')' at the group's end"#
    ),
    (
      #"x{job=~"a**"}"#,
      #"x{job=~"a**"}\#n       ^ the regular expression can't be read: a repetition of a repetition"#
    ),
    (
      "{}",
      "{}\n^ a selector needs a name or a matcher that does not accept an empty label: all series are too many"
    ),
    (
      #"{job=""}"#,
      #"{job=""}\#n^ a selector needs a name or a matcher that does not accept an empty label: all series are too many"#
    ),
    (
      #"x{job=~".*"}{}"#,
      #"x{job=~".*"}{}\#n            ^ expected an operator or the end after the expression, got '{'"#
    ),
    (#"x{__name__="y"}"#, #"x{__name__="y"}\#n  ^ the metric's name is given twice"#),
    ("raet(x[5m])", "raet(x[5m])\n^ there is no function 'raet', did you mean 'rate'?"),
    (
      "histogram_quantil(0.9, x)",
      "histogram_quantil(0.9, x)\n^ there is no function 'histogram_quantil', did you mean 'histogram_quantile'?"
    ),
    ("frobnicate(x)", "frobnicate(x)\n^ there is no function 'frobnicate'"),
    (
      "rate(x)",
      "rate(x)\n     ^ 'rate' needs a range vector, got an instant vector: add a range, as in x[5m]"
    ),
    ("rate(5)", "rate(5)\n     ^ 'rate' needs a range vector, got a scalar"),
    ("sum(x[5m])", "sum(x[5m])\n    ^ 'sum' needs an instant vector, got a range vector"),
    (
      "sum(1)", "sum(1)\n    ^ 'sum' needs an instant vector, got a scalar: vector(...) makes one of a scalar"
    ),
    (
      "histogram_quantile(x, y)",
      "histogram_quantile(x, y)\n                   ^ 'histogram_quantile' needs a scalar, got an instant vector: scalar(...) makes one of a vector"
    ),
    ("abs()", "abs()\n    ^ 'abs' takes 1 argument, got 0"),
    ("abs(x, y)", "abs(x, y)\n       ^ 'abs' takes 1 argument, got 2"),
    ("clamp_min(x)", "clamp_min(x)\n           ^ 'clamp_min' takes 2 arguments, got 1"),
    ("round(x, 1, 2)", "round(x, 1, 2)\n            ^ 'round' takes 1 or 2 arguments, got 3"),
    (
      "topk(x)",
      "topk(x)\n     ^ 'topk' needs a scalar, got an instant vector: scalar(...) makes one of a vector"
    ),
    ("topk(5 x)", "topk(5 x)\n       ^ expected ',' after the first argument of 'topk', got 'x'"),
    ("sum by job (x)", "sum by job (x)\n       ^ expected '(' after 'by', got 'job'"),
    ("sum by (job,,) (x)", "sum by (job,,) (x)\n            ^ expected a label's name after ',', got ','"),
    ("sum by (job (x)", "sum by (job (x)\n            ^ expected ')' after the label 'job', got '('"),
    ("1 > 2", "1 > 2\n  ^ a comparison of two scalars needs 'bool': > bool"),
    ("1 and 2", "1 and 2\n^ 'and' needs an instant vector, got a scalar"),
    ("x and 2", "x and 2\n      ^ 'and' needs an instant vector, got a scalar"),
    ("x + bool y", "x + bool y\n    ^ 'bool' is for comparisons, not for '+'"),
    (
      "x + on(a) 2",
      "x + on(a) 2\n          ^ 'on' and 'ignoring' need instant vectors on both sides, got a scalar"
    ),
    ("x and on(a) group_left y", "x and on(a) group_left y\n            ^ 'group_left' can't go with 'and'"),
    (
      "x * on(a) group_left(a) y",
      "x * on(a) group_left(a) y\n          ^ 'a' stands both in 'on' and in 'group_left'"
    ),
    (
      "x * group_left y",
      "x * group_left y\n    ^ expected a metric, a function or a number, got the key word 'group_left'"
    ),
    ("-x[5m]", "-x[5m]\n ^ a sign needs a scalar or an instant vector, got a range vector"),
    ("x[5m] + 1", "x[5m] + 1\n^ '+' needs a scalar or an instant vector, got a range vector"),
    ("x offset", "x offset\n        ^ expected a duration such as 5m after 'offset', got the end"),
    ("x offset 5", "x offset 5\n         ^ expected a duration such as 5m after 'offset', got '5'"),
    ("x offset 5m offset 3m", "x offset 5m offset 3m\n            ^ a second 'offset'"),
    ("(x) offset 5m", "(x) offset 5m\n    ^ 'offset' needs a selector before it"),
    ("rate(x[5m]) offset 5m", "rate(x[5m]) offset 5m\n            ^ 'offset' needs a selector before it"),
    ("x offset 5m [5m]", "x offset 5m [5m]\n            ^ 'offset' goes behind the range"),
    ("x ! y", "x ! y\n  ^ '!' has no meaning here"),
    ("x = 1", "x = 1\n  ^ expected an operator or the end after the expression, got '='"),
    ("x & y", "x & y\n  ^ '&' has no meaning here"),
    ("x $ y", "x $ y\n  ^ '$' has no meaning here"),
    (#""text""#, #""text"\#n^ a text is no query"#),
    ("5m", "5m\n^ a duration stands in brackets or behind 'offset': x[5m]"),
    (#"x{job="a}"#, #"x{job="a}\#n      ^ '"a}' is a text without its closing quote"#),
    (#"x{job="\q"}"#, #"x{job="\q"}\#n      ^ '"\q' holds an unknown escape"#),
    ("1 2", "1 2\n  ^ expected an operator or the end after the expression, got '2'"),
    ("x y", "x y\n  ^ expected an operator or the end after the expression, got 'y'"),
    ("on(x)", "on(x)\n^ expected a metric, a function or a number, got the key word 'on'"),
    ("0x", "0x\n^ '0x' is no number"),
    ("1e", "1e\n^ '1e' is no number"),
    ("1.2.3", "1.2.3\n^ '1.2.3' is no number"),
    ("5mm", "5mm\n^ '5mm' is neither a number nor a duration such as 5m or 1h30m"),
    ("sum(x))", "sum(x))\n      ^ expected an operator or the end after the expression, got ')'"),
    ("x >= 5 <", "x >= 5 <\n        ^ expected a metric, a function, a number or '(', got the end"),
    ("x\n  + sum(y", "  + sum(y\n         ^ expected ')' after the argument, got the end"),
    ("x == bool", "x == bool\n         ^ expected a metric, a function, a number or '(', got the end"),
    ("3 @ 4", "3 @ 4\n  ^ '@' is not supported here"),
    ("x @ 5", "x @ 5\n  ^ '@' is not supported here"),
    ("x[5m:1m]", "x[5m:1m]\n    ^ subqueries are not supported here"),
    ("(x)[5m]", "(x)[5m]\n   ^ a range needs a selector before it (subqueries are not supported here)"),
    ("rate(x[5m]", "rate(x[5m]\n          ^ expected ')' after the argument, got the end"),
    (
      #"label_replace(x, "a", "b", "c", "d")"#,
      #"label_replace(x, "a", "b", "c", "d")\#n^ the function 'label_replace' is not supported here"#
    ),
    ("x[300000y]", "x[300000y]\n  ^ '300000y' is a duration out of range"),
    ("üx", "üx\n^ 'ü' has no meaning here"),
    (#"x{ü="a"}"#, #"x{ü="a"}\#n  ^ 'ü' has no meaning here"#),
    ("1 unless x", "1 unless x\n^ 'unless' needs an instant vector, got a scalar"),
    ("sum(x) by", "sum(x) by\n         ^ expected '(' after 'by', got the end"),
    (
      #"count_values("a", x)"#, #"count_values("a", x)\#n^ the function 'count_values' is not supported here"#
    ),
  ]

  /// Of these, what Prometheus takes: it speaks more than we do.
  static let onlyOurs: Set<String> = [
    "x @ 5", "x[5m:1m]", #"label_replace(x, "a", "b", "c", "d")"#, #"count_values("a", x)"#, #""text""#,
  ]

  @Test(arguments: bad)
  func theCaretStandsUnderTheMistake(_ query: String, _ said: String) {
    #expect { try Expression(query) } throws: { ($0 as? QueryProblem)?.caret(in: query) == said }
  }

  @Test func nestingIsBounded() {
    let deep = String(repeating: "(", count: 5000)
    #expect { try Expression(deep) } throws: { ($0 as? QueryProblem)?.message == "nested deeper than 100" }
    let signs = String(repeating: "-", count: 5000) + "x"
    #expect { try Expression(signs) } throws: { ($0 as? QueryProblem)?.message == "nested deeper than 100" }
    let chain = "x" + String(repeating: " + x", count: 5000)
    #expect { try Expression(chain) } throws: { ($0 as? QueryProblem)?.message == "nested deeper than 100" }
    let long = String(repeating: " ", count: 70_000)
    #expect { try Expression(long) } throws: {
      ($0 as? QueryProblem)?.message == "a query of more than 65536 bytes"
    }
  }

  @Test func aTabBeforeTheMistakeStaysATab() {
    #expect { try Expression("\tsum(") } throws: {
      ($0 as? QueryProblem)?.caret(in: "\tsum(")
        == "\tsum(\n\t    ^ expected a metric, a function, a number or '(', got the end"
    }
  }
}
