package exec

import "github.com/typewright/typewright/runtime/transport/execplugin"

// shared is global because GetAuthenticator, a drop-in function, shares what it returns. It holds it weakly.
var shared execplugin.Shared
