// Fills in the template of the manifest as krew-release-bot does: Go's text/template with its function. The sums come
// from a file with lines `sum name`, as sha256sum writes them, and not from the network.
package main

import (
	"log"
	"os"
	"path"
	"strings"
	"text/template"
)

func main() {
	file, tag, owner, repository, sums := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	known, err := os.ReadFile(sums)
	if err != nil {
		log.Fatal(err)
	}
	sum := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(known)), "\n") {
		words := strings.Fields(line)
		sum[words[1]] = words[0]
	}
	functions := template.FuncMap{"addURIAndSha": func(uri, _ string) string {
		return "uri: " + uri + "\n    sha256: " + sum[path.Base(uri)]
	}}
	parsed, err := template.New(path.Base(file)).Funcs(functions).ParseFiles(file)
	if err != nil {
		log.Fatal(err)
	}
	values := map[string]string{"TagName": tag, "PluginOwner": owner, "PluginRepo": repository}
	if err := parsed.Execute(os.Stdout, values); err != nil {
		log.Fatal(err)
	}
}
