using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Hub.Tests.Naming;

public sealed class HubSettingsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("localrag-home-").FullName;
    private readonly Dictionary<string, string> _environment;

    public HubSettingsTests() => _environment = new() { ["HOME"] = _home };

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Without_settings_the_hub_is_that_of_Hugging_Face_and_the_cache_that_of_Python()
    {
        var settings = Create();
        Assert.Equal("https://huggingface.co/", settings.Endpoint.AbsoluteUri);
        Assert.Equal(Path.Combine(_home, ".cache", "huggingface", "hub"), settings.CacheFolder);
        Assert.Null(settings.Token);
        Assert.False(settings.Offline);
        Assert.True(settings.UseLinks);
        Assert.Equal((10, 10), (settings.RequestTimeout.TotalSeconds, settings.StallTimeout.TotalSeconds));
    }

    [Theory]
    [InlineData("/h/xdg/huggingface/hub", "XDG_CACHE_HOME=/h/xdg")]
    [InlineData("/h/hf/hub", "XDG_CACHE_HOME=/h/xdg", "HF_HOME=/h/hf")]
    [InlineData("/h/old", "HF_HOME=/h/hf", "HUGGINGFACE_HUB_CACHE=/h/old")]
    [InlineData("/h/new", "HF_HOME=/h/hf", "HUGGINGFACE_HUB_CACHE=/h/old", "HF_HUB_CACHE=/h/new")]
    [InlineData("/h/st", "HF_HUB_CACHE=/h/new", "SENTENCE_TRANSFORMERS_HOME=/h/st")]
    [InlineData("/h/me/models", "HF_HUB_CACHE=$BASE/${USER}/models", "BASE=/h", "USER=me")]
    [InlineData("/h/$UNKNOWN/models", "HF_HUB_CACHE=/h/$UNKNOWN/models")]
    public void The_cache_folder_follows_the_variables_in_their_order(string expected, params string[] variables)
        => Assert.Equal(Path.GetFullPath(expected), Create(null, variables).CacheFolder);

    [Fact]
    public void A_tilde_is_the_home_folder_and_the_option_wins()
    {
        Assert.Equal(Path.Combine(_home, "models"), Create(null, "HF_HUB_CACHE=~/models").CacheFolder);
        Assert.Equal(Path.GetFullPath("/o"), Create(new() { CacheFolder = "/o" }, "HF_HUB_CACHE=/h").CacheFolder);
    }

    [Fact]
    public void The_token_comes_from_option_variable_or_file_in_this_order()
    {
        var file = Path.Combine(_home, ".cache", "huggingface", "token");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, " hf_file\n");
        var other = Path.Combine(_home, "other");
        File.WriteAllText(other, "hf_other");

        Assert.Equal("hf_file", Create().Token);
        Assert.Equal("hf_other", Create(null, $"HF_TOKEN_PATH={other}").Token);
        Assert.Equal("hf_old", Create(null, "HUGGING_FACE_HUB_TOKEN=hf_old").Token);
        Assert.Equal("hf_new", Create(null, "HUGGING_FACE_HUB_TOKEN=hf_old", "HF_TOKEN= hf_new ").Token);
        Assert.Equal("hf_option", Create(new() { Token = "hf_option" }, "HF_TOKEN=hf_new").Token);
        Assert.Equal("hf_option", Create(new() { Token = "hf_option" }, "HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token);
        Assert.Null(Create(null, "HF_TOKEN=hf_new", "HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token);
        Assert.Null(Create(new() { Token = "" }, "HF_TOKEN=hf_new").Token);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("on", true)]
    [InlineData("Yes", true)]
    [InlineData("TRUE", true)]
    [InlineData("0", false)]
    [InlineData("false", false)]
    [InlineData("", false)]
    [InlineData("2", false)]
    public void A_switch_is_on_for_four_words_in_any_case(string value, bool on)
    {
        Assert.Equal(on, Create(null, $"HF_HUB_OFFLINE={value}").Offline);
        Assert.Equal(on, Create(null, $"TRANSFORMERS_OFFLINE={value}").Offline);
        Assert.Equal(on, !Create(null, $"HF_HUB_DISABLE_SYMLINKS={value}").UseLinks);
        Assert.Equal(on, !Create(null, $"HF_HUB_DISABLE_TELEMETRY={value}").Telemetry);
    }

    [Fact]
    public void The_endpoint_loses_its_last_slash_and_keeps_its_path()
    {
        Assert.Equal("https://mirror.test/hf", Create(null, "HF_ENDPOINT=https://mirror.test/hf/").Endpoint.AbsoluteUri);
        Assert.Equal("http://other.test:8080/", Create(new() { Endpoint = "http://other.test:8080/" }, "HF_ENDPOINT=https://mirror.test").Endpoint.AbsoluteUri);
    }

    [Theory]
    [InlineData("huggingface.co")]
    [InlineData("ftp://huggingface.co")]
    [InlineData("file:///etc")]
    [InlineData("https://user:password@huggingface.co")]
    public void An_endpoint_that_is_no_web_address_is_refused(string endpoint)
        => Assert.Contains("HF_ENDPOINT", Assert.Throws<ArgumentException>(() => Create(new() { Endpoint = endpoint })).Message, StringComparison.Ordinal);

    [Fact]
    public void Time_limits_come_from_option_or_variable()
    {
        Assert.Equal(3, Create(null, "HF_HUB_ETAG_TIMEOUT=3").RequestTimeout.TotalSeconds);
        Assert.Equal(2.5, Create(null, "HF_HUB_DOWNLOAD_TIMEOUT=2.5").StallTimeout.TotalSeconds);
        Assert.Equal(10, Create(null, "HF_HUB_DOWNLOAD_TIMEOUT=soon").StallTimeout.TotalSeconds);
        Assert.Equal(7, Create(new() { RequestTimeout = TimeSpan.FromSeconds(7) }, "HF_HUB_ETAG_TIMEOUT=3").RequestTimeout.TotalSeconds);
        Assert.Throws<ArgumentException>(() => Create(new() { StallTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => Create(new() { RequestTimeout = TimeSpan.FromSeconds(-1) }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void The_number_of_parallel_downloads_has_a_range(int value)
        => Assert.Contains("1 to 64", Assert.Throws<ArgumentException>(() => Create(new() { MaxParallelDownloads = value })).Message, StringComparison.Ordinal);

    private HubSettings Create(HuggingFaceHubOptions? options = null, params string[] variables)
    {
        foreach (var variable in variables)
        {
            var at = variable.IndexOf('=');
            _environment[variable[..at]] = variable[(at + 1)..];
        }

        var settings = HubSettings.Create(options ?? new(), _environment.GetValueOrDefault);
        foreach (var variable in variables)
        {
            _environment.Remove(variable.Split('=')[0]);
        }

        return settings;
    }
}
