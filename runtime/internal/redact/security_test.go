package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2/textlogger"

	"github.com/typewright/typewright/runtime/auth"
	"github.com/typewright/typewright/runtime/clientauthentication"
	clientauthenticationv1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
	clientauthenticationv1beta1 "github.com/typewright/typewright/runtime/clientauthentication/v1beta1"
	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport"
	"github.com/typewright/typewright/runtime/transport/execplugin"
)

// secret must not appear in any output, in any encoding.
const secret = "hunter2secret"

// holders are the exported types that hold secrets, and whether JSON is what they are for: it has to be complete then.
var holders = []struct {
	value any
	wire  bool
}{
	{rest.Config{}, false},
	{rest.TLSClientConfig{}, false},
	{transport.Config{}, false},
	{transport.TLSConfig{}, false},
	{clientauthentication.Cluster{}, true},
	{clientauthenticationv1.Cluster{}, true},
	{clientauthenticationv1beta1.Cluster{}, true},
	{auth.Info{}, true},
	{clientcmd.ConfigOverrides{}, true},
	{api.Config{}, true},
	{api.Preferences{}, true},
	{api.Cluster{}, true},
	{api.AuthInfo{}, true},
	{api.Context{}, true},
	{api.AuthProviderConfig{}, true},
	{api.ExecConfig{}, true},
	{api.ExecEnvVar{}, true},
	{v1.Config{}, true},
	{v1.Preferences{}, true},
	{v1.Cluster{}, true},
	{v1.AuthInfo{}, true},
	{v1.Context{}, true},
	{v1.NamedCluster{}, true},
	{v1.NamedAuthInfo{}, true},
	{v1.NamedContext{}, true},
	{v1.NamedExtension{}, true},
	{v1.AuthProviderConfig{}, true},
	{v1.ExecConfig{}, true},
	{v1.ExecEnvVar{}, true},
}

// shown are the fields with text that is no secret. A field that is not listed gets one: a new field that is printed
// fails until somebody has decided.
var shown = strings.Fields(`APIPath BasePath AcceptContentTypes ContentType Username User BearerTokenFile TokenFile UserName UID Groups Extra
	UserAgent ServerName TLSServerName CertFile KeyFile CAFile NextProtos LocationOfOrigin CertificateAuthority ClientCertificate ClientKey
	Impersonate ImpersonateUID ImpersonateGroups ImpersonateUserExtra Kind APIVersion CurrentContext Cluster AuthInfo Namespace
	Name Command InstallHint InteractiveMode StdinUnavailableMessage PolicyType Timeout Group Version`)

// fill sets everything that a value leads to. Secrets are where text is that is not shown.
func fill(v reflect.Value, field string) {
	known := false
	for _, name := range shown {
		known = known || name == field
	}
	switch v.Kind() {
	case reflect.String:
		switch {
		case known:
			v.SetString("shown")
		case field == "Host" || field == "Server" || field == "ProxyURL":
			v.SetString("https://user:" + secret + "@host/path?token=" + secret + "#" + secret)
		default:
			v.SetString(secret)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(secret))
			if v.Type() == reflect.TypeFor[json.RawMessage]() || field == "Raw" {
				v.SetBytes([]byte(`"` + secret + `"`))
			}
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), field)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, field)
		v.SetMapIndex(reflect.ValueOf("shown"), value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), field)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fill(v.Field(i), f.Name)
			}
		}
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[runtime.Object]() {
			v.Set(reflect.ValueOf(&runtime.Unknown{Raw: []byte(`"` + secret + `"`), ContentType: runtime.ContentTypeJSON}))
		}
	default:
	}
}

// verbs are those of fmt, with the flags that matter. Pointers are what %p is for.
var verbs = strings.Fields("%v %+v %#v %s %+s %#s %q %#q %+q %d %x %X %#x %t %o %b %c %U %e %g %f")

func forms() []string {
	raw := []byte(secret)
	return []string{
		secret, base64.StdEncoding.EncodeToString(raw), hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
		strings.Trim(fmt.Sprintf("%d", raw), "[]"), strings.Trim(fmt.Sprintf("%#v", raw), "[]byte{}"), strings.Trim(fmt.Sprintf("%o", raw), "[]"),
		strings.Trim(fmt.Sprintf("%b", raw), "[]"), strings.Trim(fmt.Sprintf("%c", raw), "[]"), strings.Trim(fmt.Sprintf("%U", raw), "[]"),
		url.QueryEscape(secret),
	}
}

func assertHidden(t *testing.T, text, what string) {
	t.Helper()
	for _, form := range forms() {
		assert.NotContains(t, text, form, what)
	}
}

// around returns the value inside of other values, as programs hold it.
func around(v any) map[string]any {
	pointer := reflect.New(reflect.TypeOf(v))
	pointer.Elem().Set(reflect.ValueOf(v))
	return map[string]any{
		"value": v, "pointer": pointer.Interface(), "slice": []any{v}, "pointers": []any{pointer.Interface()},
		"map": map[string]any{"k": v}, "field": struct{ Field any }{v},
	}
}

func TestSecurityNothingPrintsSecrets(t *testing.T) {
	for _, holder := range holders {
		filled := reflect.New(reflect.TypeOf(holder.value)).Elem()
		fill(filled, "")
		for place, value := range around(filled.Interface()) {
			t.Run(fmt.Sprintf("%T/%s", holder.value, place), func(t *testing.T) {
				for _, verb := range verbs {
					assertHidden(t, fmt.Sprintf(verb, value), verb)
				}
				assertHidden(t, fmt.Sprint(value), "Print")
				assertHidden(t, fmt.Errorf("failed: %v", value).Error(), "Errorf")
				data, err := json.Marshal(value)
				if holder.wire {
					require.NoError(t, err)
					assert.Contains(t, string(data)+base64.StdEncoding.EncodeToString([]byte(secret)), secretIn(data), "what is written must be complete")
				} else {
					assertHidden(t, string(data)+fmt.Sprint(err), "json")
				}
				assertLogsHide(t, value, place == "value" || place == "pointer" || !holder.wire)
			})
		}
	}
}

// TestSecurityNilIsPrinted calls the methods that print on nil pointers of every exported type that has them.
func TestSecurityNilIsPrinted(t *testing.T) {
	// Those of the value in client-go, and results, which are passed on as values.
	ofValues := map[reflect.Type]bool{reflect.TypeFor[rest.TLSClientConfig](): true, reflect.TypeFor[rest.Result](): true}
	types := []reflect.Type{
		reflect.TypeFor[rest.Request](), reflect.TypeFor[rest.Result](), reflect.TypeFor[rest.RESTClient](), reflect.TypeFor[execplugin.Authenticator](),
		reflect.TypeFor[clientcmd.DirectClientConfig](), reflect.TypeFor[clientcmd.DeferredLoadingClientConfig](),
	}
	for _, holder := range holders {
		types = append(types, reflect.TypeOf(holder.value))
		ofValues[reflect.TypeOf(holder.value)] = ofValues[reflect.TypeOf(holder.value)] || holder.wire
	}
	for _, of := range types {
		t.Run(of.String(), func(t *testing.T) {
			none := reflect.Zero(reflect.PointerTo(of))
			for _, verb := range verbs[:3] {
				assert.NotContains(t, fmt.Sprintf(verb, none.Interface()), "PANIC", verb)
			}
			_, ofValue := of.MethodByName("String")
			require.Equal(t, ofValues[of], ofValue, "whether String is a method of the value")
			if ofValue {
				return // Go has no method of values that can be called on nil
			}
			assert.Equal(t, "<nil>", none.Interface().(fmt.Stringer).String())
			assert.Equal(t, "<nil>", none.Interface().(fmt.GoStringer).GoString())
			value := reflect.New(of).Elem().Interface()
			assert.Implements(t, (*fmt.Formatter)(nil), none.Interface())
			if of != reflect.TypeFor[rest.RESTClient]() && of != reflect.TypeFor[clientcmd.DeferredLoadingClientConfig]() {
				assert.Implements(t, (*fmt.Formatter)(nil), value, "values are printed as pointers are")
			}
		})
	}
}

// secretIn is the secret as JSON shows it: as text, or as bytes in base64.
func secretIn(data []byte) string {
	if bytes.Contains(data, []byte(secret)) {
		return secret
	}
	return base64.StdEncoding.EncodeToString([]byte(secret))
}

// assertLogsHide logs a value as programs do, with logr's format and with klog's. The latter writes slices, maps and structs
// that do not print themselves as JSON, which types for the wire hold complete.
func assertLogsHide(t *testing.T, value any, text bool) {
	t.Helper()
	var out bytes.Buffer
	for verbosity := range 11 {
		if text {
			logger := textlogger.NewLogger(textlogger.NewConfig(textlogger.Output(&out), textlogger.Verbosity(verbosity)))
			logger.V(verbosity).Info("text", "value", value)
		}
		structured := funcr.New(func(prefix, args string) { out.WriteString(prefix + args) }, funcr.Options{Verbosity: verbosity})
		structured.V(verbosity).Info("structured", "value", value)
	}
	assertHidden(t, out.String(), "log")
}

func TestSecurityTransportsPrintNothing(t *testing.T) {
	ca := certtest.NewAuthority(t)
	cert, key := ca.Sign("ada")
	folder := t.TempDir()
	certFile, keyFile, tokenFile := filepath.Join(folder, "c"), filepath.Join(folder, "k"), filepath.Join(folder, "t")
	for name, data := range map[string][]byte{certFile: cert, keyFile: key, tokenFile: []byte(secret)} {
		require.NoError(t, os.WriteFile(name, data, 0o600))
	}
	body := strings.Split(string(key), "\n")[1] // a line of the key that no other has
	for name, config := range map[string]*transport.Config{
		"files":      {TLS: transport.TLSConfig{CAData: ca.PEM, CertFile: certFile, KeyFile: keyFile}},
		"data":       {TLS: transport.TLSConfig{CertData: cert, KeyData: key}},
		"token":      {BearerToken: secret},
		"token file": {BearerTokenFile: tokenFile},
		"password":   {Username: "u", Password: secret},
		"lanes":      {BearerToken: secret, SeparateConnections: transport.SeparateConnections{Watches: true, Writes: true}},
	} {
		t.Run(name, func(t *testing.T) {
			rt, err := transport.New(config)
			require.NoError(t, err)
			for place, value := range map[string]any{
				"itself": rt, "client": http.Client{Transport: rt}, "pointer to a client": &http.Client{Transport: rt}, "below": below(rt),
				"logged": transport.NewDebuggingRoundTripper(rt),
			} {
				for _, verb := range verbs {
					text := fmt.Sprintf(verb, value)
					assertHidden(t, text, place+" "+verb)
					assert.NotContains(t, text, body, place+" "+verb)
					assert.NotContains(t, text, strings.Trim(fmt.Sprintf("%d", []byte(body)), "[]"), place+" "+verb)
					assert.NotContains(t, text, hex.EncodeToString([]byte(body)), place+" "+verb)
				}
				data, _ := json.Marshal(value)
				assertHidden(t, string(data), place+" json")
			}
		})
	}
}

// below are the round trippers that one is made of.
func below(rt http.RoundTripper) (all []http.RoundTripper) {
	for {
		wrapper, ok := rt.(interface{ WrappedRoundTripper() http.RoundTripper })
		if !ok {
			return all
		}
		all = append(all, rt)
		rt = wrapper.WrappedRoundTripper()
	}
}

func TestSecurityURLs(t *testing.T) {
	for text, want := range map[string]string{
		"https://host:6443/path":                                  "https://host:6443/path",
		"host:6443":                                               "host:6443",
		"https://user:" + secret + "@host":                        "https://user:xxxxx@host",
		"https://" + secret + "@host":                             "https://xxxxx@host",
		"user:" + secret + "@host:80":                             "user:xxxxx@host:80",
		"https://host/?token=" + secret + "&watch=true&limit=5":   "https://host/?token=xxxxx&watch=true&limit=5",
		"https://host/?watch=1;token=" + secret:                   "https://host/?watch=xxxxx",
		"https://host/?" + secret:                                 "https://host/?xxxxx",
		"https://host/#" + secret:                                 "https://host/#xxxxx",
		"https://host/exec?command=mysql&command=-p" + secret:     "https://host/exec?command=xxxxx&command=xxxxx",
		"https://user:" + secret + "/x@host":                      redact.Text,
		"https://user:%zz" + secret + "@host":                     redact.Text,
		"https://host/api/v1/pods?labelSelector=app%3Dx&follow=1": "https://host/api/v1/pods?labelSelector=app%3Dx&follow=1",
		"": "",
	} {
		assert.Equal(t, want, redact.Address(text))
	}
}

func TestSecurityErrorsHideURLs(t *testing.T) {
	errGone := errors.New("gone")
	for _, raw := range []string{
		"https://user:" + secret + "@host/?token=" + secret, "https://user:" + secret + "/x@host", "https://user:x@host:" + secret, "%zz" + secret + "@",
		"https://us er:" + secret + "@host", "https://" + secret + "@host", "https://[" + secret + "@host",
	} {
		assertHidden(t, redact.Error(&url.Error{Op: "Get", URL: raw, Err: errGone}).Error(), raw)
		_, err := url.Parse(raw)
		if err != nil {
			assertHidden(t, redact.Error(err).Error(), raw)
			assertHidden(t, redact.Error(&url.Error{Op: "Get", URL: raw, Err: err}).Error(), raw)
			_, err = redact.ParseURL(raw)
			require.Error(t, err)
			assertHidden(t, err.Error(), raw)
		}
		_, _, err = rest.DefaultServerURL(raw, "", v1.SchemeGroupVersion, true)
		if err != nil {
			assertHidden(t, err.Error(), raw)
		}
	}
	require.ErrorIs(t, redact.Error(&url.Error{Op: "Get", URL: "https://host", Err: errGone}), errGone)
	assert.Equal(t, errGone, redact.Error(errGone))
}

func TestSecurityHeadersAreMaskedUnlessKnown(t *testing.T) {
	header := http.Header{}
	for _, name := range []string{
		"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "Set-Cookie2", "X-Auth-Token", "X-Api-Key", "Sec-WebSocket-Protocol",
		"X-Amz-Security-Token", "Private-Token", "X-Csrf-Token", "X-Forwarded-Access-Token", "Authentication-Info", "X-Never-Heard-Of", "Refresh", "Link",
	} {
		header.Set(name, secret)
	}
	header["x-auth-token"] = []string{secret}
	header.Add("Authorization", "Bearer "+secret)
	header.Set("Location", "https://user:"+secret+"@host/cb?code="+secret)
	header.Set("Content-Type", "text/plain")
	safe := redact.Header(header)
	assertHidden(t, fmt.Sprint(safe, safe.MarshalLog()), "headers")
	assert.Len(t, safe, len(header), "which headers there are is no secret")
	assert.Equal(t, []string{"text/plain"}, safe["Content-Type"])
	assert.Equal(t, []string{"<masked>", "Bearer <masked>"}, safe["Authorization"])
	assert.Equal(t, []string{"https://user:xxxxx@host/cb?code=xxxxx"}, safe["Location"])
	assert.Contains(t, safe.String(), "Content-Type: text/plain\n")
}

func TestSecretsAreHeldAndNotShown(t *testing.T) {
	type holder struct {
		hidden redact.Secret[[]string]
		Shown  redact.Secret[string]
	}
	h := holder{redact.NewSecret([]string{secret}), redact.NewSecret(secret)}
	assert.Equal(t, []string{secret}, h.hidden.Reveal())
	assert.Empty(t, redact.Secret[string]{}.Reveal())
	for place, value := range around(h) {
		for _, verb := range append(verbs, "%p", "%w") {
			assertHidden(t, fmt.Sprintf(verb, value), place+verb)
		}
		data, err := json.Marshal(value)
		require.NoError(t, err)
		assertHidden(t, string(data), "json")
	}
}
