using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Client;

namespace RagDemo.Tests;

/// <summary>The API over a real port: contract, errors, safety.</summary>
public sealed class ApiTests(RunningDemo demo) : IClassFixture<RunningDemo>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static async Task<JsonElement> Problem(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("type").GetString()!);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain("   at ", problem.GetRawText());
        return problem;
    }

    [Fact]
    public async Task Ask_answers_with_citations_passages_and_timings()
    {
        var answer = await demo.PostAsync("api/ask", new { question = "When does the library open on Saturdays?", topK = 3, candidates = 10, rerank = true, mode = "auto" });

        Assert.Equal("answered", answer.GetProperty("status").GetString());
        var citation = answer.GetProperty("citations")[0];
        var cited = answer.GetProperty("passages")[citation.GetProperty("n").GetInt32() - 1];
        Assert.Equal(cited.GetProperty("passageId").GetString(), citation.GetProperty("passageId").GetString());
        Assert.Equal("library.md", cited.GetProperty("documentId").GetString());
        Assert.Equal(1, cited.GetProperty("ranks").GetProperty("after").GetInt32());

        var text = await demo.Client.GetStringAsync("api/documents/library.md/text", Token);
        Assert.Equal(citation.GetProperty("quote").GetString(), text[citation.GetProperty("start").GetInt32()..citation.GetProperty("end").GetInt32()]);
    }

    [Fact]
    public async Task Ask_streams_events_in_the_promised_order()
    {
        var events = await demo.StreamAsync(new { question = "What can I eat in the cafe?" });

        var types = events.ConvertAll(e => e.Type);
        Assert.Equal("retrieval", types[0]);
        Assert.Equal("token", types[1]);
        Assert.Equal("citation", types[2]);
        Assert.Equal("done", types[^1]);
        Assert.Equal("What can I eat in the cafe?", events[0].Data.GetProperty("query").GetProperty("asked").GetString());
        Assert.True(events[^1].Data.GetProperty("timings").GetProperty("total").GetDouble() > 0);
    }

    [Theory]
    [InlineData(true, false, true, true)]
    [InlineData(false, false, true, false)]
    [InlineData(true, true, false, true)]
    public async Task Ask_compares_vectors_keywords_or_both(bool hybrid, bool keywordsOnly, bool vector, bool keyword)
    {
        var answer = await demo.PostAsync("api/ask", new { question = "Where is the garage?", topK = 1, hybrid, keywordsOnly });

        var passage = Assert.Single(answer.GetProperty("passages").EnumerateArray());
        Assert.Equal("parking.html", passage.GetProperty("documentId").GetString());
        var scores = passage.GetProperty("scores");
        Assert.Equal((vector, keyword), (scores.TryGetProperty("vector", out _), scores.TryGetProperty("keyword", out _)));
    }

    [Theory]
    [InlineData("vector", true, false, false)]
    [InlineData("keyword", false, true, false)]
    [InlineData("hybrid", true, true, true)]
    public async Task Search_returns_hits_with_the_scores_of_its_mode(string mode, bool vector, bool keyword, bool fused)
    {
        var found = await demo.PostAsync("api/search", new { query = "Where is the garage?", topK = 1, mode, rerank = false });

        var hit = Assert.Single(found.GetProperty("hits").EnumerateArray());
        Assert.Equal("parking.html", hit.GetProperty("documentId").GetString());
        var scores = hit.GetProperty("scores");
        Assert.Equal((vector, keyword, fused, false), (scores.TryGetProperty("vector", out _), scores.TryGetProperty("keyword", out _), scores.TryGetProperty("fused", out _), scores.TryGetProperty("rerank", out _)));
        Assert.Equal((1, 1), (hit.GetProperty("ranks").GetProperty("before").GetInt32(), hit.GetProperty("ranks").GetProperty("after").GetInt32()));
        Assert.Equal(vector, found.GetProperty("timings").GetProperty("embed").GetDouble() > 0);
    }

    [Fact]
    public async Task Search_says_what_was_dropped_and_why_and_keeps_to_the_documents_named()
    {
        var found = await demo.PostAsync("api/search", new { query = "When does the library open?", topK = 1, documentIds = new[] { "library.md" } });

        Assert.Equal("library.md", Assert.Single(found.GetProperty("hits").EnumerateArray()).GetProperty("documentId").GetString());
        var dropped = Assert.Single(found.GetProperty("dropped").EnumerateArray());
        Assert.Equal(("library.md", "beyondTop"), (dropped.GetProperty("documentId").GetString(), dropped.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("{\"query\": \" \"}", "query is empty")]
    [InlineData("{\"query\": \"x\", \"topK\": 101}", "topK must be 1 to 100")]
    [InlineData("{\"query\": \"x\", \"mode\": \"magic\"}", "cannot be read")]
    public async Task Bad_searches_are_problems(string body, string detail)
    {
        using var response = await demo.Client.PostAsync("api/search", Json(body), Token);

        Assert.Contains(detail, (await Problem(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_by_its_type_is_415()
    {
        using var response = await demo.Client.PostAsync("api/ask", new StringContent("{\"question\": \"x\"}", Encoding.UTF8, "text/plain"), Token);

        await Problem(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("{\"question\": \"\"}", "question is empty")]
    [InlineData("{\"question\": null}", "question is empty")]
    [InlineData("{}", "question is empty")]
    [InlineData("{\"question\": \"x\", \"topK\": 0}", "topK must be 1 to 20")]
    [InlineData("{\"question\": \"x\", \"candidates\": 5000}", "candidates must be")]
    [InlineData("{\"question\": 7}", "cannot be read")]
    [InlineData("{\"question\": \"x\", \"mode\": \"magic\"}", "cannot be read")]
    [InlineData("{\"question\": \"x\", \"unknown\": 1}", "cannot be read")]
    [InlineData("not json", "cannot be read")]
    public async Task Bad_questions_are_problems(string body, string detail)
    {
        using var response = await demo.Client.PostAsync("api/ask", Json(body), Token);

        Assert.Contains(detail, (await Problem(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_question_that_is_too_long_and_a_history_that_is_too_long_are_problems()
    {
        using var longQuestion = await demo.Client.PostAsJsonAsync("api/ask", new { question = new string('x', 2001) }, Token);
        await Problem(longQuestion, HttpStatusCode.BadRequest);
        using var longHistory = await demo.Client.PostAsJsonAsync("api/ask", new { question = "x", history = Enumerable.Repeat(new { question = "q", answer = "a" }, 11) }, Token);
        await Problem(longHistory, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Asking_for_a_chat_model_without_one_is_503()
    {
        using var response = await demo.Client.PostAsJsonAsync("api/ask", new { question = "x", mode = "llm" }, Token);

        Assert.Contains("No chat model", (await Problem(response, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_document_goes_in_is_found_and_goes_out()
    {
        var done = await demo.UploadAsync("pets.md", "# Pets\n\nThe axolotl of the reception is called Ludwig.\n"u8.ToArray());
        Assert.Equal("done", done.GetProperty("stage").GetString());

        var answer = await demo.PostAsync("api/ask", new { question = "What is the axolotl of the reception called?", documentIds = new[] { "uploads/pets.md" } });
        Assert.Contains("Ludwig", answer.GetProperty("text").GetString());
        using var again = await demo.Client.PostAsync("api/documents", RunningDemo.Form("pets.md", "# Pets\n\nThe axolotl of the reception is called Ludwig.\n"u8.ToArray()), Token);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);

        using var file = await demo.Client.GetAsync("api/documents/uploads%2Fpets.md/file", Token);
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
        using var deleted = await demo.Client.DeleteAsync("api/documents/uploads%2Fpets.md", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await demo.Client.GetAsync("api/documents/uploads%2Fpets.md", Token);
        await Problem(gone, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_upload_is_kept_under_a_random_name_and_shown_under_its_own()
    {
        await demo.UploadAsync("Menü & prices.md", "# Prices\n\nA slice of plum cake costs three coins.\n"u8.ToArray());

        var documents = await demo.Client.GetFromJsonAsync<JsonElement>("api/documents", Token);
        var document = Assert.Single(documents.GetProperty("items").EnumerateArray(), d => d.GetProperty("name").GetString() == "Menü & prices.md");
        Assert.True(document.GetProperty("removable").GetBoolean());
        Assert.DoesNotContain(Directory.EnumerateFiles(demo.Folder.Data, "*", SearchOption.AllDirectories), f => f.Contains("prices", StringComparison.Ordinal));
        using var deleted = await demo.Client.DeleteAsync($"api/documents/{Uri.EscapeDataString(document.GetProperty("id").GetString()!)}", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Theory]
    [InlineData("minutes.docx", "x", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("empty.md", "", HttpStatusCode.UnprocessableEntity)]
    [InlineData("fake.pdf", "not a pdf", HttpStatusCode.UnprocessableEntity)]
    [InlineData("binary.txt", "a\0b", HttpStatusCode.UnprocessableEntity)]
    public async Task Files_that_are_no_documents_are_refused(string name, string content, HttpStatusCode status)
    {
        using var response = await demo.Client.PostAsync("api/documents", RunningDemo.Form(name, Encoding.UTF8.GetBytes(content)), Token);

        Assert.Contains(name, (await Problem(response, status)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_file_above_the_limit_is_413()
    {
        using var response = await demo.Client.PostAsync("api/documents", RunningDemo.Form("big.txt", new byte[21 << 20]), Token);

        await Problem(response, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("../../evil.md")]
    [InlineData("..\\..\\evil.md")]
    [InlineData("/etc/evil.md")]
    public async Task A_path_in_a_file_name_leads_nowhere(string name)
    {
        await demo.UploadAsync(name, "# Evil\n\nwords\n"u8.ToArray());

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(demo.Folder.Docs)!, "*evil*", SearchOption.AllDirectories));
        using var deleted = await demo.Client.DeleteAsync("api/documents/uploads%2Fevil.md", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Theory]
    [InlineData("api/documents/..%2F..%2Fetc%2Fpasswd/text")]
    [InlineData("api/documents/%2Fetc%2Fpasswd/file")]
    [InlineData("api/documents/uploads%2F..%2Findex.localrag/file")]
    public async Task A_path_in_an_address_leads_nowhere(string path)
    {
        using var response = await demo.Client.GetAsync(path, Token);

        await Problem(response, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_document_of_the_folder_is_not_deleted_through_the_page()
    {
        using var response = await demo.Client.DeleteAsync("api/documents/library.md", Token);

        await Problem(response, HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Requests_that_another_site_sends_are_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/ask") { Content = JsonContent.Create(new { question = "x" }) };
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await demo.Client.SendAsync(request, Token);

        await Problem(response, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_browser_needs_the_token_of_the_page()
    {
        using var browser = new HttpClient { BaseAddress = demo.Client.BaseAddress };
        browser.DefaultRequestHeaders.Add("Origin", demo.Address.TrimEnd('/'));
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        using var without = await browser.DeleteAsync("api/documents/uploads%2Fnothing.md", Token);
        Assert.Contains("token", (await Problem(without, HttpStatusCode.Forbidden)).GetProperty("detail").GetString());

        var token = await browser.GetFromJsonAsync<JsonElement>("api/token", Token);
        browser.DefaultRequestHeaders.Add(token.GetProperty("header").GetString()!, token.GetProperty("token").GetString());
        using var with = await browser.DeleteAsync("api/documents/uploads%2Fnothing.md", Token);
        await Problem(with, HttpStatusCode.NotFound);

        using var other = new HttpClient { BaseAddress = demo.Client.BaseAddress };
        other.DefaultRequestHeaders.Add("Origin", demo.Address.TrimEnd('/'));
        other.DefaultRequestHeaders.Add(token.GetProperty("header").GetString()!, token.GetProperty("token").GetString());
        using var stolen = await other.DeleteAsync("api/documents/uploads%2Fnothing.md", Token);
        await Problem(stolen, HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    public async Task Another_host_name_is_refused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/status");
        request.Headers.Host = host;
        using var response = await demo.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        using var response = await demo.Client.GetAsync("", Token);

        Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Health_has_no_prefix() => Assert.Equal("Healthy", await demo.Client.GetStringAsync("health", Token));

    [Theory]
    [InlineData("/api/ask", "post", "200 400 403 415 503")]
    [InlineData("/api/search", "post", "200 400 403 415 503")]
    [InlineData("/api/documents", "get", "200 400")]
    [InlineData("/api/documents", "post", "200 202 400 403 413 415 422")]
    [InlineData("/api/documents/{id}", "get", "200 404")]
    [InlineData("/api/documents/{id}", "delete", "204 403 404 409")]
    [InlineData("/api/documents/{id}/text", "get", "200 404 409")]
    [InlineData("/api/documents/{id}/file", "get", "200 404")]
    [InlineData("/api/ingestions", "get", "200")]
    [InlineData("/api/ingestions", "post", "202 403")]
    [InlineData("/api/ingestions/{id}", "get", "200 404")]
    [InlineData("/api/ingestions/{id}", "delete", "204 403 404")]
    public async Task The_description_of_the_interface_names_every_operation_with_its_answers(string path, string method, string statuses)
    {
        var paths = (await demo.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json", Token)).GetProperty("paths");

        var responses = paths.GetProperty(path).GetProperty(method).GetProperty("responses").EnumerateObject().Select(r => r.Name).Order(StringComparer.Ordinal);
        Assert.Equal(statuses, string.Join(' ', responses));
    }

    [Fact]
    public async Task The_description_of_the_interface_tells_fields_limits_and_the_stream()
    {
        var api = await demo.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json", Token);

        var ask = api.GetProperty("components").GetProperty("schemas").GetProperty("AskBody").GetProperty("properties");
        Assert.Equal(["question", "history", "documentIds", "topK", "candidates", "rerank", "hybrid", "keywordsOnly", "mode"], ask.EnumerateObject().Select(p => p.Name));
        Assert.Equal(2000, ask.GetProperty("question").GetProperty("maxLength").GetInt32());
        Assert.Equal((1, 20), (ask.GetProperty("topK").GetProperty("minimum").GetInt32(), ask.GetProperty("topK").GetProperty("maximum").GetInt32()));
        var content = api.GetProperty("paths").GetProperty("/api/ask").GetProperty("post").GetProperty("responses").GetProperty("200").GetProperty("content");
        Assert.True(content.TryGetProperty("application/json", out _) && content.TryGetProperty("text/event-stream", out _));
    }

    [Fact]
    public async Task An_unknown_address_is_a_problem()
    {
        using var response = await demo.Client.GetAsync("api/nothing", Token);

        await Problem(response, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_documents_are_a_tool_of_the_model_context_protocol()
    {
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new() { Endpoint = new Uri(demo.Client.BaseAddress!, "mcp"), TransportMode = HttpTransportMode.StreamableHttp }), cancellationToken: Token);

        Assert.Equal(["search_documents"], (await client.ListToolsAsync(cancellationToken: Token)).Select(t => t.Name));
        var result = await client.CallToolAsync("search_documents", new Dictionary<string, object?> { ["query"] = "Where do visitors park?" }, cancellationToken: Token);
        Assert.Contains("parking.html", JsonSerializer.Serialize(result.Content));
    }
}
