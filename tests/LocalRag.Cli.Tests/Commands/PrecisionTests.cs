using System.Text.Json;

namespace LocalRag.Cli.Tests.Commands;

public sealed class PrecisionTests : IDisposable
{
    private const string Text = "{\"text\": \"a cat on a mat\"}\n";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("binary", 32)]
    [InlineData("ubinary", 32)]
    public async Task Bits_are_the_signs_of_the_components(string precision, int length)
    {
        var floats = Numbers((await ToolRun.OfAsync(Text, "embed", "mini")).Succeeded()[0]);
        var codes = Numbers((await ToolRun.OfAsync(Text, "embed", "mini", "--precision", precision)).Succeeded()[0]);
        Assert.Equal(length, codes.Length);
        var offset = precision == "binary" ? 128 : 0;
        Assert.Equal(floats.Chunk(8).Select(bits => bits.Aggregate(0.0, (code, value) => code * 2 + (value > 0 ? 1 : 0)) - offset), codes);
    }

    [Theory]
    [InlineData("int8", -128)]
    [InlineData("uint8", 0)]
    public async Task Bytes_divide_the_range_of_the_calibration(string precision, int smallest)
    {
        var floats = Numbers((await ToolRun.OfAsync(Text, "embed", "mini")).Succeeded()[0]);
        File.WriteAllLines(_file, [Line(floats.Select(_ => -1.0)), "", Line(floats.Select(_ => 1.0))]);
        var codes = Numbers((await ToolRun.OfAsync(Text, "embed", "mini", "--precision", precision, "--calibration", _file)).Succeeded()[0]);
        // A step is 2 / 255 wide; rounding may move a value that lies on an edge.
        Assert.All(floats.Zip(codes), pair => Assert.Equal(Math.Floor((pair.First + 1) / (2.0 / 255)) + smallest, pair.Second, 1.0));
        Assert.True(codes.Distinct().Count() > 20);
    }

    [Fact]
    public async Task Texts_calibrate_too()
    {
        File.WriteAllLines(_file, [Text, "{\"text\": \"another\"}", "{\"text\": \"and one more\"}"]);
        var codes = Numbers((await ToolRun.OfAsync(Text, "embed", "mini", "--precision", "uint8", "--calibration", _file)).Succeeded()[0]);
        Assert.All(codes, code => Assert.InRange(code, 0, 255));
        Assert.Contains(0, codes);
        Assert.Contains(255, codes);
    }

    [Theory]
    [InlineData("--precision", "int8")]
    [InlineData("--calibration", "file")]
    [InlineData("--precision", "binary", "--calibration", "file")]
    public async Task Ranges_belong_to_bytes(params string[] options)
    {
        var run = await ToolRun.OfAsync(Text, ["embed", "mini", .. options]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("--calibration goes with --precision int8 and uint8", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no lines")]
    [InlineData("{\"text\": \"a\"}\n{\"txt\": 1}", "line 2: \"text\" is missing")]
    [InlineData("{\"embedding\": [1, 2]}", "line 1: the vector has 2 components; expected 256")]
    public async Task A_bad_calibration_is_named_with_its_line(string content, string message)
    {
        await File.WriteAllTextAsync(_file, content, TestContext.Current.CancellationToken);
        var run = await ToolRun.OfAsync(Text, "embed", "mini", "--precision", "int8", "--calibration", _file);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static string Line(IEnumerable<double> vector) => JsonSerializer.Serialize(new { embedding = vector });

    private static double[] Numbers(JsonElement line) => [.. line.GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];
}
