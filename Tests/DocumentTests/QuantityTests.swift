import Testing

@testable import Document

@Suite struct QuantityTests {
  @Test(arguments: [
    ("0", "0"), ("1", "1"), ("1000", "1k"), ("1000m", "1"), ("0.5", "500m"), ("250m", "250m"),
    ("1.5", "1500m"),
    ("1024Mi", "1Gi"), ("1088Mi", "1088Mi"), ("512", "512"), ("0.5Gi", "512Mi"), ("1.5Gi", "1536Mi"),
    ("1Ki", "1Ki"),
    ("100Ei", "9223372036854775807"), ("1e3", "1e3"), ("1E", "1E"), ("12e6", "12e6"), ("1e-3", "1e-3"),
    ("-1", "-1"),
    ("-1.5", "-1500m"), ("-250m", "-250m"), ("0.000000001", "1n"), ("0.0000000001", "1n"),
    ("1.000000001", "1000000001n"),
    ("267847642337", "267847642337"), ("264212084Ki", "264212084Ki"), ("+5", "5"), (".5", "500m"),
    ("5.", "5"),
    ("100Ki", "100Ki"), ("0.9999999999", "1"), ("123456789", "123456789"), ("2000M", "2G"),
    ("1023Mi", "1023Mi"), ("100E", "100E"), ("0.1Ki", "102400m"), ("12e-4", "1200e-6"), ("1e27", "1e27"),
    ("232954936089.1234567891Mi", "244270955064588717826087322n"),
    ("1E2", "100"), ("0Gi", "0"), ("0.5Ki", "512"), ("1.0001Ki", "1024102400u"),
  ])
  func anAmountIsWrittenInItsCanonicalForm(_ text: String, _ canonical: String) {
    #expect(Quantity(text)?.text == canonical)
  }

  @Test(arguments: ["", "m", "1x", "1 Gi", "Ki", "1.2.3", "--1", "1e", "1e999", "0x10", "1KI", ".", "1e40"])
  func whatIsNoAmountIsNone(_ text: String) {
    #expect(Quantity(text) == nil)
  }

  @Test func sumsAreExactAndKeepTheFirstFormat() throws {
    let tenth = try #require(Quantity("100m"))
    var sum = Quantity.zero
    for _ in 0..<10 { sum = sum + tenth }
    #expect(sum.text == "1")
    #expect((try #require(Quantity("1Gi")) + #require(Quantity("1G"))).text == "2073741824")
    #expect((Quantity.zero + (try #require(Quantity("16Mi")))).text == "16Mi")
    #expect((try #require(Quantity("-500m")) + #require(Quantity("1"))).text == "500m")
    #expect((try #require(Quantity("9223372036854775807")) + #require(Quantity("1"))).value == .max)
  }

  @Test func wholeAndThousandthsRoundAwayFromZero() throws {
    let amount = try #require(Quantity("1.0001"))
    #expect(amount.value == 2)
    #expect(amount.milliValue == 1001)
    #expect(try #require(Quantity("250m")).milliValue == 250)
    #expect(try #require(Quantity("-1.5")).value == -2)
  }

  @Test func amountsCompareByValueHoweverTheyAreWritten() throws {
    #expect(Quantity("1024Mi") == Quantity("1Gi"))
    #expect(try #require(Quantity("999m")) < #require(Quantity("1")))
    #expect(try #require(Quantity("-2")) < #require(Quantity("-1.5")))
  }

  @Test func anAmountCanBeWrittenInTheFormatOfAnother() throws {
    let memory = try #require(Quantity("4Gi"))
    #expect(try #require(Quantity("1073741824")).text(inFormatOf: memory) == "1Gi")
    #expect(Quantity.zero.text(inFormatOf: memory) == "0")
    #expect(try #require(Quantity("660m")).text(inFormatOf: #require(Quantity("1"))) == "660m")
  }
}
