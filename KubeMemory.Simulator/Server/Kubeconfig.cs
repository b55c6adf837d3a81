using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KubeMemory.Simulator.Server;

internal static class Kubeconfig
{
    public static string Text(Uri server, string context, string? ns, string user, string? authorityPem, X509Certificate2? client, string? token)
    {
        var text = new StringBuilder();
        text.Append("apiVersion: v1\nkind: Config\ncurrent-context: ").Append(context).Append('\n');
        text.Append("clusters:\n- name: ").Append(context).Append("\n  cluster:\n    server: ").Append(server.GetLeftPart(UriPartial.Authority)).Append('\n');
        if (authorityPem is not null)
        {
            text.Append("    certificate-authority-data: ").Append(Base64(authorityPem)).Append('\n');
        }

        text.Append("contexts:\n- name: ").Append(context).Append("\n  context:\n    cluster: ").Append(context).Append("\n    user: ").Append(user).Append('\n');
        if (ns is not null)
        {
            text.Append("    namespace: ").Append(ns).Append('\n');
        }

        text.Append("users:\n- name: ").Append(user).Append("\n  user:");
        AppendCredentials(text, client, token);
        return text.ToString();
    }

    /// <summary>Writes the file so that only its owner may read it: it holds a key.</summary>
    public static void Write(string path, string text)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        // The mode applies to a new file only.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    private static void AppendCredentials(StringBuilder text, X509Certificate2? client, string? token)
    {
        if (client is null && token is null)
        {
            text.Append(" {}\n");
            return;
        }

        text.Append('\n');
        if (client is not null)
        {
            using var key = client.GetECDsaPrivateKey()!;
            text.Append("    client-certificate-data: ").Append(Base64(client.ExportCertificatePem())).Append('\n');
            text.Append("    client-key-data: ").Append(Base64(key.ExportECPrivateKeyPem())).Append('\n');
        }

        if (token is not null)
        {
            text.Append("    token: ").Append(token).Append('\n');
        }
    }

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
