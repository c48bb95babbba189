using System.ComponentModel.DataAnnotations;

namespace RagDemo.Web.Endpoints;

/// <summary>Checks the annotations of a body before its endpoint sees it; all problems are told at once, by field and as sentences.</summary>
internal sealed class ValidBody<T> : IEndpointFilter
    where T : class
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var body = context.Arguments.OfType<T>().Single();
        var problems = new List<ValidationResult>();
        if (Validator.TryValidateObject(body, new(body), problems, validateAllProperties: true))
        {
            return next(context);
        }

        var errors = problems
            .GroupBy(p => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.MemberNames.First()), p => p.ErrorMessage!)
            .ToDictionary(g => g.Key, g => g.ToArray());
        return ValueTask.FromResult<object?>(Results.ValidationProblem(errors, string.Join(' ', problems.Select(p => p.ErrorMessage))));
    }
}
