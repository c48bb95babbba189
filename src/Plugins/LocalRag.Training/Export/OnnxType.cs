namespace LocalRag.Training.Export;

/// <summary>Element types of onnx.proto's TensorProto.DataType.</summary>
internal enum OnnxType
{
    Float = 1,
    Int8 = 3,
    Int64 = 7,
}
