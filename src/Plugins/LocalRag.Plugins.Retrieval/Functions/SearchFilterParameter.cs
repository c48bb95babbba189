using System.Linq.Expressions;

namespace LocalRag.Plugins.Retrieval;

/// <summary>A filter that a model may set by a value, for instance the name of a document.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
/// <param name="Name">Name of the parameter: letters, digits and underscores.</param>
/// <param name="Description">What a model is told about it.</param>
/// <param name="ToFilter">Turns the value into a filter; throws <see cref="ArgumentException"/> with a message for the model where the value makes no sense.</param>
public sealed record SearchFilterParameter<TRecord>(string Name, string Description, Func<string, Expression<Func<TRecord, bool>>> ToFilter)
    where TRecord : class;
