namespace LocalRag.Connectors.InMemory;

/// <summary>The conversions that C# inserts where a small number meets a wider one: they keep the value, and so the answer of an index.</summary>
internal static class WideningConversions
{
    /// <summary>Every value of one type is a value of the other; boxing, lifting to nullable and enumerations as their numbers included.</summary>
    public static bool KeepsValue(Type from, Type to)
    {
        if (from == typeof(object) || to == typeof(object))
            return true;
        (from, to) = (PropertyTypes.Core(from), PropertyTypes.Core(to));
        if (from == to)
            return true;
        var (source, target) = (Code(from), Code(to));
        if (IntegerRange(source) is { } inner)
        {
            return IntegerRange(target) is { } outer ? outer.Low <= inner.Low && inner.High <= outer.High
                : target == TypeCode.Double ? inner.High <= uint.MaxValue
                : target == TypeCode.Single && inner.High <= ushort.MaxValue;
        }

        return source == TypeCode.Single && target == TypeCode.Double;
    }

    /// <summary>A constant as a value of a narrower type, or its place among the values of that type.</summary>
    /// <param name="value">The constant, not null.</param>
    /// <param name="type">The type of the values it is compared with, not nullable.</param>
    /// <returns>The value, boxed as <paramref name="type"/>, where <c>Place</c> is Exact or Between (then the next one below).</returns>
    public static (ConstantPlace Place, object? Value) Narrow(object value, Type type)
    {
        if (value.GetType() == type)
            return (ConstantPlace.Exact, value);
        var (source, target) = (Code(value.GetType()), Code(type));
        if (IntegerRange(target) is { } range)
        {
            if (IntegerRange(source) is not null)
                return Fit(ToInteger(value, source), true, range, target);
            if (source is not (TypeCode.Single or TypeCode.Double))
                return default;
            var number = Convert.ToDouble(value, null);
            return double.IsNaN(number) ? (ConstantPlace.Nowhere, null)
                : number < -1e20 ? (ConstantPlace.Below, null)
                : number > 1e20 ? (ConstantPlace.Above, null)
                : Fit((Int128)Math.Floor(number), Math.Floor(number) == number, range, target);
        }

        if (target != TypeCode.Single || value is not double wide)
            return default;
        if (double.IsNaN(wide))
            return (ConstantPlace.Nowhere, null);
        var near = (float)wide;
        return near == wide ? (ConstantPlace.Exact, near) : (ConstantPlace.Between, near < wide ? near : MathF.BitDecrement(near));
    }

    private static (ConstantPlace Place, object? Value) Fit(Int128 number, bool exact, (Int128 Low, Int128 High) range, TypeCode target) =>
        number < range.Low ? (ConstantPlace.Below, null)
        : number > range.High ? (ConstantPlace.Above, null)
        : (exact ? ConstantPlace.Exact : ConstantPlace.Between, FromInteger(number, target));

    private static TypeCode Code(Type type) => Type.GetTypeCode(type);

    private static (Int128 Low, Int128 High)? IntegerRange(TypeCode code) => code switch
    {
        TypeCode.SByte => (sbyte.MinValue, sbyte.MaxValue),
        TypeCode.Byte => (byte.MinValue, byte.MaxValue),
        TypeCode.Int16 => (short.MinValue, short.MaxValue),
        TypeCode.UInt16 or TypeCode.Char => (ushort.MinValue, ushort.MaxValue),
        TypeCode.Int32 => (int.MinValue, int.MaxValue),
        TypeCode.UInt32 => (uint.MinValue, uint.MaxValue),
        TypeCode.Int64 => (long.MinValue, long.MaxValue),
        TypeCode.UInt64 => (ulong.MinValue, ulong.MaxValue),
        _ => null,
    };

    private static Int128 ToInteger(object value, TypeCode code) => code switch
    {
        TypeCode.UInt64 => Convert.ToUInt64(value, null),
        TypeCode.Char => (char)value,
        _ => Convert.ToInt64(value, null),
    };

    private static object FromInteger(Int128 number, TypeCode code) => code switch
    {
        TypeCode.SByte => (sbyte)number,
        TypeCode.Byte => (byte)number,
        TypeCode.Int16 => (short)number,
        TypeCode.UInt16 => (ushort)number,
        TypeCode.Char => (char)(ushort)number,
        TypeCode.Int32 => (int)number,
        TypeCode.UInt32 => (uint)number,
        TypeCode.Int64 => (long)number,
        _ => (ulong)number,
    };
}

/// <summary>Where a constant stands among the values of a narrower type.</summary>
internal enum ConstantPlace
{
    /// <summary>The two types are not compared through an index.</summary>
    Unknown,

    /// <summary>It is one of them.</summary>
    Exact,

    /// <summary>Between two of them.</summary>
    Between,

    /// <summary>Below all of them.</summary>
    Below,

    /// <summary>Above all of them.</summary>
    Above,

    /// <summary>Not comparable with any: NaN.</summary>
    Nowhere,
}
