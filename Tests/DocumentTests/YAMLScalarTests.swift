import Testing

@testable import Document

/// What unquoted scalars mean. `kubectl annotate --local -o json` gave the same answers.
@Suite struct YAMLScalarTests {
  @Test(arguments: [
    ("~", "null"), ("null", "null"), ("Null", "null"), ("nUll", "\"nUll\""), ("true", "true"),
    ("Yes", "true"),
    ("on", "true"), ("y", "true"), ("NO", "false"), ("n", "false"), ("oFF", "\"oFF\""), ("yess", "\"yess\""),
    ("0", "0"), ("-0", "0"), ("+12", "12"), ("1_000", "1000"), ("_1", "\"_1\""), ("017", "15"), ("08", "8"),
    ("0o17", "15"), ("0x1F", "31"), ("-0x10", "-16"), ("0b101", "5"), ("0x", "\"0x\""), ("0b2", "\"0b2\""),
    ("9223372036854775808", "9223372036854775808"), ("-9223372036854775808", "-9223372036854775808"),
    ("99999999999999999999", "99999999999999999999"), ("0x1ffffffffffffffff", "\"0x1ffffffffffffffff\""),
    ("1.10", "1.10"), (".5", "0.5"), ("5.", "5"), ("-.5", "-0.5"), ("+1e3", "1e3"), ("1e999", "\"1e999\""),
    ("01.5", "1.5"),
    (".5_7", "0.57"), ("._5", "\"._5\""), (".5_", "\".5_\""), ("1_0.5", "10.5"), ("12e", "\"12e\""),
    (".", "\".\""), ("1.2.3", "\"1.2.3\""),
    ("1:30", "\"1:30\""), ("2001-01-01", "\"2001-01-01\""), ("10m", "\"10m\""), ("--1", "\"--1\""),
    ("+", "\"+\""),
  ])
  func aPlainScalarMeansWhatItMeansToKubectl(_ text: String, _ expected: String) {
    #expect(YAMLScalar.value(ofPlain: text).text == expected)
  }

  @Test func keysBecomeText() {
    let read = YAML.parse(Array("1: a\n0x10: b\nyes: c\n1.5: d\n1e3: e\n.5: f\n1e7: g".utf8))
    #expect(
      read.documents[0].text == #"{"1":"a","16":"b","true":"c","1.5":"d","1000":"e","0.5":"f","1e+07":"g"}"#)
    #expect(read.problems == [])
  }

  @Test func numbersThatJSONCannotHoldStayText() {
    let read = YAML.parse(Array("- .inf\n- -.INF\n- .nan".utf8))
    #expect(read.documents[0].text == #"[".inf","-.INF",".nan"]"#)
    #expect(
      read.problems.map(\.message)
        == [".inf", "-.INF", ".nan"].map { "JSON has no number '\($0)'; it is kept as text" })
  }
}
