using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Connectors.SentenceTransformers.Tests.ModelDirectory;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Full_half_and_brain_floats_are_read()
    {
        float[] values = [1f, -2.5f, 0f, 1024f];
        byte[] data = [.. MemoryMarshal.AsBytes(values.AsSpan()), .. values.SelectMany(value => BitConverter.GetBytes((Half)value)), .. values.SelectMany(value => BitConverter.GetBytes(value)[2..])];
        var header = Encoding.UTF8.GetBytes("""
            {"__metadata__":{"format":"pt"},"full":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"half":{"dtype":"F16","shape":[4],"data_offsets":[16,24]},
            "brain":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[32,32]}}
            """);
        var path = Path.GetTempFileName();
        try
        {
            var prefix = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
            File.WriteAllBytes(path, [.. prefix, .. header, .. data]);
            using var file = SafetensorsFile.Open(path);
            Assert.Equal(["brain", "full", "half", "none"], file.Names.Order());
            Assert.Equal(values, file.ReadFloats("full", 2, 2));
            Assert.Equal(values, file.ReadFloats("half", 4));
            Assert.Equal(values, file.ReadFloats("brain", 4));
            Assert.Empty(file.ReadFloats("none", 0, 3));
            Assert.Contains("[2, 2]; expected [4]", Assert.Throws<InvalidDataException>(() => file.ReadFloats("full", 4)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
