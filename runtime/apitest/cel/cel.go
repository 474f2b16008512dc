// Package cel evaluates the rules in CEL of custom resource definitions (x-kubernetes-validations) for
// [github.com/typewright/typewright/runtime/apitest], with the code of the API server itself: its functions, its limits and its words.
//
//	server := apitest.Start(t, apitest.Options{Objects: definitions, Rules: cel.Rules})
//
// It is a module of its own because it requires cel-go and Kubernetes' libraries for API servers. What it leaves out is the estimate of
// what the rules of a definition cost, for which a kube-apiserver may refuse a definition.
package cel

import (
	"context"
	"encoding/json"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apimachinery/pkg/util/validation/field"
	limits "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
)

// Rules reads the rules of an openAPIV3Schema; it is an apitest.Rules. The function that it returns is nil where there are no rules, and
// safe for concurrent use. On an update it reports no rule of a part that has not changed, as a kube-apiserver does.
func Rules(openAPIV3Schema map[string]any) (func(ctx context.Context, object, old map[string]any) field.ErrorList, field.ErrorList) {
	root, err := structural(openAPIV3Schema)
	if err != nil {
		return nil, field.ErrorList{field.Invalid(nil, "", err.Error())}
	}
	if errs := compile(root, true, nil); len(errs) > 0 {
		return nil, errs
	}
	validator := cel.NewValidator(root, true, limits.PerCallLimit)
	if validator == nil {
		return nil, nil
	}
	return func(ctx context.Context, object, old map[string]any) field.ErrorList {
		if old == nil {
			errs, _ := validator.Validate(ctx, nil, root, object, nil, limits.RuntimeCELCostBudget)
			return errs
		}
		both := common.NewCorrelatedObject(object, old, &model.Structural{Structural: root})
		errs, _ := validator.Validate(ctx, nil, root, object, old, limits.RuntimeCELCostBudget, cel.WithRatcheting(both))
		return errs
	}, nil
}

// structural reads a schema as it stands in a definition.
func structural(document map[string]any) (*schema.Structural, error) {
	text, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	var v1 apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(text, &v1); err != nil {
		return nil, err
	}
	var props apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&v1, &props, nil); err != nil {
		return nil, err
	}
	return schema.NewStructural(&props)
}

// compile returns the errors of the rules of a schema and of those in it, whose fields are those of the document.
func compile(s *schema.Structural, root bool, at *field.Path) (errs field.ErrorList) {
	if len(s.XValidations) > 0 {
		errs = compileOne(s, root, at)
	}
	for name, property := range s.Properties {
		errs = append(errs, compile(&property, property.XEmbeddedResource, child(at, "properties").Key(name))...)
	}
	if s.Items != nil {
		errs = append(errs, compile(s.Items, s.Items.XEmbeddedResource, child(at, "items"))...)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		inner := s.AdditionalProperties.Structural
		errs = append(errs, compile(inner, inner.XEmbeddedResource, child(at, "additionalProperties"))...)
	}
	return errs
}

func compileOne(s *schema.Structural, root bool, at *field.Path) (errs field.ErrorList) {
	base := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
	compiled, err := cel.Compile(s, model.SchemaDeclType(s, root), limits.PerCallLimit, base, cel.NewExpressionsEnvLoader())
	rules := child(at, "x-kubernetes-validations")
	if err != nil {
		return field.ErrorList{field.Invalid(rules, "", err.Error())}
	}
	for i, result := range compiled {
		rule, err := printed(s.XValidations[i])
		if err != nil {
			return append(errs, field.InternalError(rules.Index(i), err))
		}
		if result.Error != nil {
			errs = append(errs, field.Invalid(rules.Index(i).Child("rule"), rule, result.Error.Detail))
		}
		if result.MessageExpressionError != nil {
			errs = append(errs, field.Invalid(rules.Index(i).Child("messageExpression"), rule, result.MessageExpressionError.Detail))
		}
	}
	return errs
}

// printed is a rule of the type that the API server prints in errors.
func printed(v1 apiextensionsv1.ValidationRule) (rule apiextensions.ValidationRule, err error) {
	err = apiextensionsv1.Convert_v1_ValidationRule_To_apiextensions_ValidationRule(&v1, &rule, nil)
	return rule, err
}

func child(at *field.Path, name string) *field.Path {
	if at == nil {
		return field.NewPath(name)
	}
	return at.Child(name)
}
