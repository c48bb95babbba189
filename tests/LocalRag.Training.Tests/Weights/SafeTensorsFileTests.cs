using System.Buffers.Binary;
using System.Text;
using LocalRag.Testing;
using LocalRag.Training.Weights;

namespace LocalRag.Training.Tests.Weights;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [TorchFact]
    public void Half_and_brain_floats_are_read_as_fp32()
    {
        string path = Write("""{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]},"position_ids":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}""",
            [0x00, 0x3C, 0x00, 0xC0, 0x80, 0x3F, 0x00, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0]);
        var tensors = SafeTensorsFile.Read(path);
        Assert.Equal(["h", "b"], tensors.Select(t => t.Key));
        Assert.Equal([1, -2], tensors[0].Value.data<float>().ToArray());
        Assert.Equal([1, -2], tensors[1].Value.data<float>().ToArray());
        Assert.Equal([1, 2], tensors[1].Value.shape);
    }

    [TorchTheory]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}""", "needs 16 bytes")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "of 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", "were expected")]
    [InlineData("""{"w":{"dtype":"F32","shape":[9000000000000000000,9],"data_offsets":[0,8]}}""", "were expected")]
    [InlineData("""{"w":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""", "dtype is Q4")]
    [InlineData("""{"w":{"shape":[2]}}""", "were expected")]
    [InlineData("[]", "no object")]
    [InlineData("{", "JSON")]
    public void A_header_that_lies_is_refused_by_tensor_and_reason(string header, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(Write(header, new byte[8]))).Message);

    [TorchFact]
    public void A_header_longer_than_the_file_is_refused()
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        File.WriteAllBytes(_temporary.File("w"), bytes);
        Assert.Contains("header of 18446744073709551615 bytes", Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(_temporary.File("w"))).Message);
        File.WriteAllBytes(_temporary.File("w"), [1, 2]);
        Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(_temporary.File("w")));
    }

    private string Write(string header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        File.WriteAllBytes(_temporary.File("w"), [.. length, .. Encoding.UTF8.GetBytes(header), .. data]);
        return _temporary.File("w");
    }
}
