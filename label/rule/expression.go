package rule

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"inkling/label"
)

// nodesAtMost is how many parts an expression may have. There are no loops among
// them, nothing that grows texts beyond their sum, and no regular expression that
// comes from the data: the time of each is bounded by what it reads.
const nodesAtMost = 200

// functions are the built-in functions of package expr that rules may call.
var functions = []string{"len", "lower", "upper", "trim", "trimPrefix", "trimSuffix", "hasPrefix", "hasSuffix", "indexOf", "lastIndexOf",
	"abs", "ceil", "floor", "round", "int", "float", "string", "min", "max"}

// expression matches where an expression over the columns is true. It abstains
// where a number or a date that it reads is missing, unless it asks for that.
type expression struct {
	program *vm.Program
	needs   []int // columns without which it abstains
}

// newExpression reads an expression in the language of package expr, see
// https://expr-lang.org. Columns stand in it by their names: numbers as numbers,
// dates as texts like 2006-01-31, all else as texts. A column whose name is no
// word is $env["its name"]; text is all columns of text together, unless one is
// called so. has("free, prize") asks for keywords, missing(amount) whether there is
// no value.
func newExpression(t label.Task, text string) (*expression, error) {
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, located(err)
	}
	c := checker{task: t, missing: map[string]bool{}, reads: map[string]bool{}}
	ast.Walk(&tree.Node, &c)
	if c.err != nil {
		return nil, c.err
	}
	options := []expr.Option{expr.Env(environment(t)), expr.AsBool(), expr.MaxNodes(nodesAtMost), expr.DisableAllBuiltins()}
	for _, f := range functions {
		options = append(options, expr.EnableBuiltin(f))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		return nil, located(err)
	}
	e := &expression{program: program}
	for i, col := range t.Columns {
		if (col.Role == label.Numeric || col.Role == label.Time) && c.reads[col.Name] && !c.missing[col.Name] {
			e.needs = append(e.needs, i)
		}
	}
	return e, nil
}

// located makes a SyntaxError of an error of package expr.
func located(err error) error {
	var at *file.Error
	if errors.As(err, &at) {
		return &SyntaxError{max(at.Column, 0) + 1, at.Message}
	}
	return &SyntaxError{1, err.Error()}
}

// environment says what columns there are and of which type.
func environment(t label.Task) map[string]any {
	env := map[string]any{"text": ""}
	for _, c := range t.Columns {
		switch {
		case c.Role == label.Numeric:
			env[c.Name] = 0.0
		case readable(c.Role):
			env[c.Name] = ""
		}
	}
	env["has"] = func(...string) bool { return false }
	env["missing"] = func(any) bool { return false }
	return env
}

// checker looks for what expressions may not do, and for the columns that they
// read.
type checker struct {
	task           label.Task
	err            error
	missing, reads map[string]bool
}

func (c *checker) refuse(n ast.Node, format string, args ...any) {
	if c.err == nil {
		c.err = &SyntaxError{n.Location().From + 1, fmt.Sprintf(format, args...)}
	}
}

// Visit looks at a node.
func (c *checker) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode, *ast.UnaryNode, *ast.SliceNode, *ast.ConditionalNode, *ast.ArrayNode,
		*ast.PredicateNode, *ast.PointerNode: // the last two stand only in functions that there are not
	case *ast.IdentifierNode:
		c.reads[n.Value] = true
	case *ast.BinaryNode:
		c.binary(n)
	case *ast.MemberNode:
		of, env := n.Node.(*ast.IdentifierNode)
		name, constant := n.Property.(*ast.StringNode)
		if !env || of.Value != "$env" || !constant {
			c.refuse(n, "columns have no parts here")
			return
		}
		c.reads[name.Value] = true
	case *ast.CallNode:
		c.call(n)
	case *ast.BuiltinNode:
		if !contains(functions, n.Name) {
			c.refuse(n, "there is no function %s here: %s, has and missing", n.Name, strings.Join(functions, ", "))
		}
	default:
		c.refuse(n, "this is not allowed in a rule")
	}
}

func (c *checker) binary(n *ast.BinaryNode) {
	switch n.Operator {
	case "..", "??":
		c.refuse(n, "%s is not allowed in a rule", n.Operator)
	case "matches":
		re, ok := n.Right.(*ast.StringNode)
		if !ok {
			c.refuse(n.Right, "matches needs a regular expression in quotes")
			return
		}
		if _, err := compilePattern(re.Value); err != nil {
			c.refuse(n.Right, "%v", what(err))
		}
	}
}

func (c *checker) call(n *ast.CallNode) {
	f, ok := n.Callee.(*ast.IdentifierNode)
	switch {
	case ok && f.Value == "has":
		for _, a := range n.Arguments {
			words, ok := a.(*ast.StringNode)
			if !ok {
				c.refuse(a, `has needs words in quotes: has("free, prize")`)
				return
			}
			if _, err := newKeywords(words.Value, nil); err != nil {
				c.refuse(a, "%v", what(err))
			}
		}
	case ok && f.Value == "missing":
		for _, a := range n.Arguments {
			switch x := a.(type) {
			case *ast.IdentifierNode:
				c.missing[x.Value] = true
			case *ast.MemberNode:
				if name, ok := x.Property.(*ast.StringNode); ok {
					c.missing[name.Value] = true
				}
			}
		}
	default:
		name := "this"
		if ok {
			name = f.Value
		}
		c.refuse(n, "there is no function %s here: %s, has and missing", name, strings.Join(functions, ", "))
	}
}

// what is what an error says, without the place.
func what(err error) string {
	var s *SyntaxError
	if errors.As(err, &s) {
		return s.What
	}
	return err.Error()
}

func contains(all []string, s string) bool {
	for _, x := range all {
		if x == s {
			return true
		}
	}
	return false
}

func (e *expression) match(v *View) bool {
	for _, c := range e.needs {
		if v.task.Columns[c].Role == label.Numeric && math.IsNaN(v.number(c)) || v.task.Columns[c].Role == label.Time && v.date(c) == "" {
			return false
		}
	}
	out, err := expr.Run(e.program, v.values())
	yes, ok := out.(bool)
	return err == nil && ok && yes // what cannot be computed for an item, it abstains from
}

func (e *expression) places(*View, func(column, from, to int)) {}

// values are the item's columns as expressions see them.
func (v *View) values() map[string]any {
	if v.env == nil {
		v.env = environment(v.task)
		v.env["has"] = v.hasAny
		v.env["missing"] = func(x any) bool {
			f, number := x.(float64)
			return number && math.IsNaN(f) || x == ""
		}
	}
	if v.filled {
		return v.env
	}
	v.filled = true
	var texts []string
	for i, c := range v.task.Columns {
		if c.Role == label.Text {
			texts = append(texts, v.text(i))
		}
	}
	v.env["text"] = strings.Join(texts, "\n")
	for i, c := range v.task.Columns {
		switch {
		case c.Name == "has" || c.Name == "missing":
		case c.Role == label.Numeric:
			v.env[c.Name] = v.number(i)
		case c.Role == label.Time:
			v.env[c.Name] = v.date(i)
		case readable(c.Role):
			v.env[c.Name] = v.text(i)
		}
	}
	return v.env
}

// hasAny reports whether one of the words of any of the lists occurs in the texts.
func (v *View) hasAny(lists ...string) bool {
	for _, words := range lists {
		k := v.has[words]
		if k == nil {
			var columns []int
			for i, c := range v.task.Columns {
				if c.Role == label.Text {
					columns = append(columns, i)
				}
			}
			var err error
			if k, err = newKeywords(words, columns); err != nil {
				continue // seen when the rule was compiled
			}
			if v.has == nil {
				v.has = map[string]*keywords{}
			}
			v.has[words] = k
		}
		if k.match(v) {
			return true
		}
	}
	return false
}
