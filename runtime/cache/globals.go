package cache

// informerNamesInUse are the names of informers in this process: two that published metrics under one name would
// overwrite each other's.
var informerNamesInUse = informerNames{inUse: map[string]struct{}{}}
