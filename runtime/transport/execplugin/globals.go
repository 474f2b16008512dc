package execplugin

// certificateExpiries feeds metrics.ClientCertExpiry, which is one for the process.
var certificateExpiries expiries
