package crd

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// Conversion is the webhook that a cluster asks to convert objects between versions: a service of the cluster, or a URL.
type Conversion struct {
	// Namespace and Name are those of the service; both are empty where there is a URL.
	Namespace, Name string
	// Path is the path of the service; empty means /.
	Path string
	// Port of the service; 0 means 443.
	Port int64
	URL  string
	// ReviewVersions are the versions of ConversionReview that the webhook reads, of which a cluster sends the first that it knows.
	ReviewVersions []string
}

const conversionMarker = "typewright:conversion"

// conversion reads the marker that names the webhook. The types of several versions may have it, if they name the same one.
func (b *builder) conversion(d *Definition, o *model.Object, m model.Marker) {
	c := &Conversion{}
	var service string
	b.arguments(o, m, conversionMarker, arguments{
		"service": {text: &service}, "path": {text: &c.Path}, "port": {number: &c.Port}, "url": {text: &c.URL}, "reviewVersions": {texts: &c.ReviewVersions},
	})
	c.Namespace, c.Name, _ = strings.Cut(service, "/")
	problem, todo := c.checkService(service)
	if c.URL != "" || service == "" {
		problem, todo = c.checkURL(service)
	}
	if problem != "" {
		b.refuse(o, m, todo, "%s", problem)
		return
	}
	if len(c.ReviewVersions) == 0 {
		c.ReviewVersions = []string{"v1"}
	}
	if d.Conversion != nil && !reflect.DeepEqual(d.Conversion, c) {
		b.refuse(o, m, "name one webhook in all versions", "%s has two webhooks for conversions", d.Kind)
	}
	d.Conversion = c
}

const conversionExample = "write service=namespace/name or url=https://host/path"

func (c *Conversion) checkService(service string) (problem, todo string) {
	switch {
	case c.Namespace == "" || c.Name == "" || strings.Contains(c.Name, "/"):
		return fmt.Sprintf("%q is no service", service), conversionExample
	case c.Path != "" && !strings.HasPrefix(c.Path, "/"):
		return fmt.Sprintf("the path %q does not begin with a slash", c.Path), "write path=/" + c.Path
	case c.Port < 0 || c.Port > 65535:
		return fmt.Sprintf("%d is no port", c.Port), "write a number from 1 to 65535"
	}
	return "", ""
}

func (c *Conversion) checkURL(service string) (problem, todo string) {
	address, err := url.Parse(c.URL)
	switch {
	case (service == "") == (c.URL == ""):
		return "marker +" + conversionMarker + " needs either a service or a URL", conversionExample
	case err != nil || address.Scheme != "https" || address.Host == "":
		return fmt.Sprintf("a cluster sends conversions over HTTPS only, not to %q", c.URL), conversionExample
	case c.Path != "" || c.Port != 0:
		return "path and port are those of a service", "put them into the URL"
	}
	return "", ""
}

func (c *Conversion) document(o *object) {
	o.put("strategy", "Webhook")
	o.put("webhook", pairs(func(o *object) {
		o.put("clientConfig", pairs(c.client))
		put(o, "conversionReviewVersions", c.ReviewVersions, itself)
	}))
}

func (c *Conversion) client(o *object) {
	if c.Name != "" {
		o.put("service", pairs(func(o *object) {
			o.put("name", c.Name)
			o.put("namespace", c.Namespace)
			nonzero(o, "path", c.Path)
			nonzero(o, "port", c.Port)
		}))
	}
	nonzero(o, "url", c.URL)
}
