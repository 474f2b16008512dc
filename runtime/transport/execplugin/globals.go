package execplugin

// certificateExpiries is the source of metrics.ClientCertExpiry, a metric of the process.
var certificateExpiries expiries
