import Testing

@testable import Metrics

@Suite struct StorePatternTests {
  @Test(arguments: [
    ("a|b", "b", true), ("a|b", "ab", false), ("a.*", "abc", true), ("a.*", "xabc", false), (".+", "", false),
    (".*", "", true), (".", "\n", false), ("(?s).", "\n", true), ("(?i)NODE", "node", true),
    ("(?i:n)ODE", "node", false), ("a(?:b|c)+d", "abcbd", true), ("(a*)*", "aaaa", true),
    ("x{2,3}", "xxxx", false),
    ("x{2,3}", "xxx", true), ("x{2,}", "xxxxx", true), ("x{,2}", "x{,2}", true), ("[a-c]+", "abcabc", true),
    ("[^a-c]+", "abc", false), ("[[:digit:]x]+", "1x2", true), (#"\d{3}"#, "123", true),
    (#"[\d.]+"#, "10.2", true),
    (#"\w+\.svc"#, "web.svc", true), (#"a\.b"#, "axb", false), ("^a$", "a", true), (#"\ba\b"#, "a", true),
    ("[]a]+", "]a", true), ("[a-]+", "a-", true), ("(?P<x>a)b", "ab", true), ("ü+", "üü", true),
    (#"\x41"#, "A", true),
    ("(?i)Ä", "ä", true), ("", "", true), ("a||b", "", true), ("a+?b", "aab", true),
  ])
  func aPatternTakesTheWholeValue(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try LabelPattern(pattern).matches(text) == expected)
  }

  @Test(arguments: [
    ("(a", "expected ')' at the group's end"), ("a)", "unexpected ')'"),
    ("*a", "nothing to repeat before '*'"),
    ("a**", "a repetition of a repetition"), ("[a", "expected ']' at the end of the class"),
    ("[b-a]", "a range of characters that ends before it begins"), (#"\p{L}"#, #"'\p' is not supported"#),
    ("(?=a)", "unknown group '(?='"), ("a{2000}", "a repetition must be {least,most} with both up to 1000"),
    ("a\\", "a backslash at the end"), ("((a{1000}){1000}){1000}", "a pattern of more than 20000 steps"),
    ("(((){1000}){1000}){1000}", "a pattern of more than 20000 steps"),
  ])
  func whatCanNotBeReadIsNamed(_ pattern: String, _ expected: String) {
    #expect { try LabelPattern(pattern) } throws: { ($0 as? LabelPattern.Problem)?.text == expected }
  }

  @Test func nestedRepetitionsTakeNoExponentialTime() throws {
    #expect(try !LabelPattern("(a*)*(a*)*(a*)*b").matches(String(repeating: "a", count: 2000)))
  }
}
