package source

// foreign returns fields with types of other packages.
func foreign() []Form {
	return []Form{
		{Name: "Time", Type: "{metav1}.Time"},
		{Name: "TimePointer", Type: "*{metav1}.Time"},
		{Name: "Times", Type: "[]{metav1}.Time"},
		{Name: "MicroTime", Type: "{metav1}.MicroTime"},
		{Name: "Duration", Type: "{metav1}.Duration"},
		{Name: "DurationPointer", Type: "*{metav1}.Duration"},
		{Name: "GoTime", Type: "{time}.Time"},
		{Name: "GoDuration", Type: "{time}.Duration"},
		{Name: "Quantity", Type: "{resource}.Quantity"},
		{Name: "QuantityPointer", Type: "*{resource}.Quantity"},
		{Name: "Quantities", Type: "map[string]{resource}.Quantity"},
		{Name: "QuantitySlice", Type: "[]{resource}.Quantity"},
		{Name: "QuantityPointerMap", Type: "map[string]*{resource}.Quantity"},
		{Name: "IntOrString", Type: "{intstr}.IntOrString"},
		{Name: "IntOrStringPointer", Type: "*{intstr}.IntOrString"},
		{Name: "RawExtension", Type: "{runtime}.RawExtension"},
		{Name: "RawExtensionPointer", Type: "*{runtime}.RawExtension"},
		{Name: "RawExtensions", Type: "[]{runtime}.RawExtension"},
		{Name: "RawMessage", Type: "{json}.RawMessage"},
		{Name: "RawMessageMap", Type: "map[string]{json}.RawMessage"},
		{Name: "Number", Type: "{json}.Number"},
		{Name: "UID", Type: "{types}.UID"},
		{Name: "NamespacedName", Type: "{types}.NamespacedName"},
		{Name: "LabelSelector", Type: "*{metav1}.LabelSelector"},
		{Name: "LabelSelectorPointers", Type: "[]*{metav1}.LabelSelector"},
		{Name: "GroupVersionKind", Type: "{metav1}.GroupVersionKind"},
		{Name: "OwnerReference", Type: "{metav1}.OwnerReference"},
		{Name: "TemplateMeta", Type: "{metav1}.ObjectMeta"},
		{Name: "Conditions", Type: "[]{metav1}.Condition", Markers: []string{"+listType=map", "+listMapKey=type"}},
		{Name: "LocalReference", Type: "{corev1}.LocalObjectReference"},
		{Name: "SecretKey", Type: "*{corev1}.SecretKeySelector"},
		{Name: "Taints", Type: "[]{corev1}.Taint"},
		{Name: "Environment", Type: "[]{corev1}.EnvVar", Markers: []string{"+listType=map", "+listMapKey=name"}},
		{Name: "Resources", Type: "{corev1}.ResourceRequirements"},
		{Name: "ResourceList", Type: "{corev1}.ResourceList"},
		{Name: "Protocol", Type: "{corev1}.Protocol"},
		{Name: "Shared", Type: "$Shared"},
		{Name: "SharedPointer", Type: "*$Shared"},
		{Name: "SharedSlice", Type: "[]$Shared"},
		{Name: "SharedMap", Type: "map[string]$Shared"},
	}
}

// embedded returns fields without names. $! stands for a new type that nothing else uses, so that no type is embedded twice.
func embedded() []Form {
	return []Form{
		{Name: "Inline", Type: "$!Base", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlinePointer", Type: "*$!Base", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlineUntagged", Type: "$!Base", Embedded: true},
		{Name: "InlineNamed", Type: "$!Base", Tag: `json:"inlineNamed"`, Embedded: true},
		{Name: "InlineDeep", Type: "$!Deep", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlineLower", Type: "$!lower", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlineHidden", Type: "$!Hidden", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlineLocalReference", Type: "{corev1}.LocalObjectReference", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlineToleration", Type: "{corev1}.Toleration", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlineResources", Type: "*{corev1}.ResourceRequirements", Tag: `json:",inline"`, Embedded: true},
		{Name: "InlineForeignNamed", Type: "{corev1}.SecretEnvSource", Tag: `json:"inlineForeign"`, Embedded: true},
		{Name: "InlineReference", Type: "{corev1}.ObjectReference", Tag: `json:",inline"`, Embedded: true},
	}
}
