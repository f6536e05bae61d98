// Says of each expression of ../verdicts.txt what cel-go makes of it, with the names and the trial run of AI Gateway:
//
//	go run . < ../verdicts.txt > new && mv new ../verdicts.txt
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/google/cel-go/cel"
)

// The lines begin with "works   " or "refused ".
const width = 8

func main() {
	options := []cel.EnvOption{}
	trial := map[string]any{}
	for _, name := range []string{"model", "backend", "route_name"} {
		options = append(options, cel.Variable(name, cel.StringType))
		trial[name] = "dummy"
	}
	for _, name := range []string{"input", "cached_input", "cache_creation_input", "output", "total", "reasoning"} {
		options = append(options, cel.Variable(name+"_tokens", cel.UintType))
		trial[name+"_tokens"] = uint32(0)
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			fmt.Println(line)
			continue
		}
		expression := line[width:]
		verdict := "refused"
		if isCost(env, trial, expression) {
			verdict = "works"
		}
		fmt.Printf("%-*s%s\n", width, verdict, expression)
	}
}

// Whether it compiles, runs, and ends in a whole number that is not negative.
func isCost(env *cel.Env, trial map[string]any, expression string) bool {
	ast, issues := env.Compile(expression)
	if issues.Err() != nil {
		return false
	}
	program, err := env.Program(ast)
	if err != nil {
		return false
	}
	result, _, err := program.Eval(trial)
	if err != nil {
		return false
	}
	switch value := result.Value().(type) {
	case int64:
		return value >= 0
	case uint64:
		return true
	default:
		return false
	}
}
