package external

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// manner is what the test binary does when it is started as an annotator.
const manner = "INKLING_TEST_MANNER"

func TestMain(m *testing.M) {
	if how := os.Getenv(manner); how != "" {
		os.Exit(behave(how, os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}

// question is an item as a program reads it.
type question struct {
	ID   uint64 `json:"id"`
	Text string `json:"text"`
}

// right is the answer that the tests expect: even items are spam.
func right(id uint64) string { return []string{"spam", "ham"}[id%2] }

func reply(w io.Writer, id uint64) {
	fmt.Fprintf(w, `{"id":%d,"label":%q,"probability":0.75}`+"\n", id, right(id))
}

// forever is until a process is killed; in synctest it goes by at once.
const forever = 1000 * time.Hour

// behave is a program with the manners that a word names. It returns its exit
// status.
func behave(how string, in io.Reader, out, errs io.Writer) int {
	how, arg, _ := strings.Cut(how, " ")
	n, _ := strconv.ParseUint(arg, 10, 64)
	switch how {
	case "deaf": // never reads, never ends by itself
		signal.Ignore(os.Interrupt)
		time.Sleep(forever)
	case "broken":
		fmt.Fprintln(errs, "ImportError: no module named torch")
		return 3
	case "grandchild": // leaves one behind that holds its pipes
		child := exec.Command(os.Args[0])
		child.Env = []string{manner + "=deaf"}
		child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return 9
		}
		fmt.Fprintf(out, `{"protocol":1,"name":"%d"}`+"\n", child.Process.Pid)
		if arg == "ends" {
			return 0
		}
		time.Sleep(forever)
	case "hello":
		fmt.Fprintln(out, `{"protocol":1,"name":"kind","version":"2"}`)
	}
	var all []question
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			fmt.Fprintln(errs, err)
			return 4
		}
		switch how {
		case "hello", "":
			reply(out, q.ID)
		case "slow": // so many seconds
			time.Sleep(time.Duration(n) * time.Second)
			reply(out, q.ID)
		case "kind":
			reply(out, q.ID)
		case "environment":
			fmt.Fprintf(out, `{"id":%d,"error":%q}`+"\n", q.ID, strings.Join(append(os.Environ(), os.Args[1:]...), "|"))
		case "poison": // one item kills it
			if q.ID == n {
				fmt.Fprintln(errs, "cannot digest", q.ID)
				return 5
			}
			reply(out, q.ID)
		case "fragile": // dies after each n items
			reply(out, q.ID)
			if all = append(all, q); uint64(len(all)) == n {
				return 6
			}
		case "stuck": // with one item
			if q.ID == n {
				time.Sleep(forever)
			}
			reply(out, q.ID)
		case "silent": // about one item
			if q.ID != n {
				reply(out, q.ID)
			}
		case "quits": // early, and well
			reply(out, q.ID)
			if q.ID == n {
				return 0
			}
		case "backwards":
			all = append(all, q)
		case "lingers":
			reply(out, q.ID)
		case "says": // one line at its second item
			if q.ID < 2 {
				reply(out, q.ID)
			} else {
				fmt.Fprintln(out, arg)
			}
		case "long":
			io.WriteString(out, `{"id":1,"label":"`+strings.Repeat("x", 3*mostLine)+"\"}\n")
		case "chatty":
			fmt.Fprintf(errs, "%s\n", strings.Repeat("warning ", 2000))
			reply(out, q.ID)
		}
	}
	for i := len(all) - 1; how == "backwards" && i >= 0; i-- {
		reply(out, all[i].ID)
	}
	if how == "lingers" {
		time.Sleep(forever)
	}
	return 0
}
