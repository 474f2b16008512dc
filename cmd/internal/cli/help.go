package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/gen/model"
)

// screen is the width of the help, column the offset of the descriptions, both in characters.
const (
	screen = 80
	column = 39
)

// help returns the help text. The usage of a flag that takes a value must start with a name for the value and a tab.
func help(tool Tool, fs *pflag.FlagSet) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\nUsage: %s [command] [flags] [packages]\nCommands: %s\n\n",
		tool.Summary, tool.Name, strings.Join(commandNames(tool), ", "))
	text.WriteString(flagHelp(fs))
	return text.String() + "\n" + tool.Examples + "\n"
}

// flagHelp describes the flags, without those that are hidden because they do nothing.
func flagHelp(fs *pflag.FlagSet) string {
	var text strings.Builder
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		head := "  "
		if f.Shorthand != "" {
			head += "-" + f.Shorthand + ", "
		}
		head += "--" + f.Name
		value, usage, ok := strings.Cut(f.Usage, "\t")
		if ok {
			head += " " + value
		} else {
			usage = f.Usage
		}
		for i, line := range wrap(usage, screen-column) {
			if i > 0 {
				head = ""
			}
			fmt.Fprintf(&text, "%-*s%s\n", column, head, line)
		}
	})
	return text.String()
}

// wrap breaks a text into lines of at most width characters, at spaces.
func wrap(text string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len([]rune(*last))+1+len([]rune(word)) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// flagNames returns the names of all flags.
func flagNames(fs *pflag.FlagSet) []string {
	var names []string
	fs.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// checkDashes rejects long flags with one dash, which pflag would read as several one-letter flags.
func checkDashes(fs *pflag.FlagSet, args []string) error {
	for _, arg := range args {
		if arg == "--" {
			break
		}
		name, single := strings.CutPrefix(arg, "-")
		name, _, _ = strings.Cut(name, "=")
		if single && len(name) > 1 && fs.Lookup(name) != nil {
			return fmt.Errorf("unknown flag: -%s: did you mean --%s?", name, name)
		}
	}
	return nil
}

// suggest adds the nearest flag name to an error about an unknown flag.
func suggest(fs *pflag.FlagSet, err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return err
	}
	const near = 2
	if name := model.Nearest(unknown.GetSpecifiedName(), flagNames(fs), near); name != "" && len(unknown.GetSpecifiedName()) > near {
		return fmt.Errorf("%w: did you mean --%s?", err, name)
	}
	return err
}
