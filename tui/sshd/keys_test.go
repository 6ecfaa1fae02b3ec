package sshd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"inkling/tui/seat"
)

func TestParseKeys(t *testing.T) {
	keys, err := ParseKeys(strings.NewReader("\xef\xbb\xbf# people\n\n"+keysLine(1, "ana", "annotator")+"  "+keysLine(2, "ana", "annotator")+keysLine(3, "李雷", "admin")+"#"+keysLine(1, "bob", "viewer")), "keys")
	if err != nil || len(keys) != 3 {
		t.Fatal(len(keys), err)
	}
	if k, ok := keys.Find(key(2).PublicKey()); !ok || k.Name != "ana" || k.Role != seat.Annotator {
		t.Error(k, ok)
	}
	if k, ok := keys.Find(key(3).PublicKey()); !ok || k.Name != "李雷" || k.Role != seat.Admin {
		t.Error(k, ok)
	}
	if _, ok := keys.Find(key(4).PublicKey()); ok {
		t.Error("a key that is not there is found")
	}
}

// What is wrong is said with the line and what to do.
func TestBadKeys(t *testing.T) {
	good := keysLine(1, "ana", "annotator")
	f := strings.Fields(good)
	for _, c := range []struct{ line, want string }{
		{"ssh-ed25519 AAAA ana", "3 words where there should be 4; write a line as"},
		{strings.TrimSpace(good) + " x", "5 words where"},
		{f[0] + " AAAA ana annotator", "the key cannot be read; copy the first two words"},
		{"ssh-rsa " + f[1] + " ana annotator", "the key cannot be read"},
		{`command="sh" ` + f[1] + " ana annotator", "the key cannot be read"},
		{f[0] + " " + f[1] + " ana boss", `no role "boss": use viewer, annotator, reviewer or admin`},
		{f[0] + " " + f[1] + " ana Annotator", `no role "Annotator"`},
		{f[0] + " " + f[1] + " \x1b[31mana annotator", "a character that cannot be shown"},
		{f[0] + " " + f[1] + " " + strings.Repeat("a", 65) + " annotator", "a name of 65 bytes"},
		{f[0] + " " + f[1] + " a\xffb annotator", "cannot be shown"},
		{strings.TrimSpace(keysLine(2, "ana", "admin")), "ana is admin here and annotator above"},
		{strings.TrimSpace(keysLine(1, "bob", "annotator")), "this key is ana's already"},
		{strings.Repeat("x", maxKeysLine+1), "a line of more than"},
	} {
		_, err := ParseKeys(strings.NewReader("# people\n"+good+c.line+"\n"), "people.keys")
		if err == nil || !strings.HasPrefix(err.Error(), "people.keys:3: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v, want %q", c.line, err, c.want)
		}
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte("# x\n" + keysLine(1, "ana", "annotator") + keysLine(2, "b", "viewer")))
	f.Add([]byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== a admin\r\n"))
	f.Add([]byte("\xef\xbb\xbf\n \t#\nx y z w"))
	f.Fuzz(func(t *testing.T, b []byte) {
		keys, err := ParseKeys(bytes.NewReader(b), "f")
		if err != nil {
			if keys != nil || !strings.HasPrefix(err.Error(), "f:") {
				t.Fatal(keys, err)
			}
			return
		}
		// Written as it was understood, it is understood the same.
		var w strings.Builder
		for id, k := range keys {
			if id != string(k.Public.Marshal()) || !k.Role.Answers() && k.Role != seat.Viewer || checkName(k.Name) != nil {
				t.Fatal(k)
			}
			fmt.Fprintf(&w, "%s %s %v\n", bytes.TrimSpace(ssh.MarshalAuthorizedKey(k.Public)), k.Name, k.Role)
		}
		again, err := ParseKeys(strings.NewReader(w.String()), "g")
		if err != nil || len(again) != len(keys) {
			t.Fatalf("%v\n%s", err, w.String())
		}
	})
}

// A change of the file is taken over once it stays, and a bad one is not.
func TestKeysFileChanges(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ana, bob := keysLine(1, "ana", "annotator"), keysLine(2, "bob", "viewer")
	write(ana)
	var told []error
	f, err := openKeys(path, func(_ int, err error) { told = append(told, err) })
	if err != nil {
		t.Fatal(err)
	}
	has := func(n byte) bool { _, ok := f.current().Find(key(n).PublicKey()); return ok }
	if !has(1) || has(2) || len(told) > 0 {
		t.Fatal(has(1), has(2), told)
	}
	// Half of a file that is being written changes nothing.
	write("")
	if !has(1) {
		t.Error("who is in the half that is not written yet was shown out")
	}
	write(ana + bob)
	waitFor(t, "bob", func() bool { return has(2) })
	if !has(1) || len(told) != 1 || told[0] != nil {
		t.Error(has(1), told)
	}
	write(ana + "nonsense\n")
	waitFor(t, "the error", func() bool { f.current(); return len(told) == 2 })
	if told[1] == nil || !strings.Contains(told[1].Error(), "keys:2: ") || !has(1) || !has(2) {
		t.Error(told[1], has(1), has(2))
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the file is missed", func() bool { f.current(); return len(told) == 3 })
	if !errors.Is(told[2], os.ErrNotExist) || !has(2) {
		t.Error(told[2], has(2))
	}
	write(bob)
	waitFor(t, "ana is gone", func() bool { return !has(1) })
	if !has(2) {
		t.Error("bob is gone too")
	}
	if runtime.GOOS == "windows" {
		return
	}
	// Who could write the file could let in anybody.
	if err := os.Chmod(path, 0o622); err != nil {
		t.Fatal(err)
	}
	if _, err := openKeys(path, nil); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
		t.Error(err)
	}
}

// The host key is made once, for its owner alone.
func TestHostKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling.hostkey")
	a, err := HostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if a.PublicKey().Type() != ssh.KeyAlgoED25519 {
		t.Error(a.PublicKey().Type())
	}
	b, err := HostKey(path)
	if err != nil || !bytes.Equal(a.PublicKey().Marshal(), b.PublicKey().Marshal()) {
		t.Error("another key the second time", err)
	}
	if err := os.WriteFile(path+"2", []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(path + "2"); err == nil || !strings.Contains(err.Error(), "remove it to have another one made") {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 2 {
		t.Error(left)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Error(st.Mode(), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(path); err == nil || !strings.Contains(err.Error(), "can be read by others (mode 0640)") {
		t.Error(err)
	}
	if err := errors.Join(os.Chmod(path, 0o600), os.Chown(path, 12345, 12345)); err != nil {
		t.Skip("only root gives files away: ", err)
	}
	if _, err := HostKey(path); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
		t.Error(err)
	}
}

func TestFailures(t *testing.T) {
	now := time.Unix(0, 0)
	f := newFailures(3, 10*time.Second, func() time.Time { return now })
	f.most = 4
	for range 3 {
		if !f.allowed("a", 0) {
			t.Fatal("refused too early")
		}
		f.failed("a")
	}
	f.failed("a") // those that were under way
	if f.allowed("a", 0) || !f.allowed("b", 0) || !f.allowed("b", 100) {
		t.Error("a may try, or b may not")
	}
	now = now.Add(9 * time.Second)
	if f.allowed("a", 0) {
		t.Error("too early")
	}
	now = now.Add(time.Second)
	if !f.allowed("a", 0) {
		t.Error("one more after 10 s")
	}
	// Beyond so many addresses they share a bucket, until those of before have
	// been good for long enough.
	for _, addr := range []string{"b", "c", "d", "e", "f", "g"} {
		f.failed(addr)
	}
	if !f.allowed("b", 1) || f.allowed("b", 2) {
		t.Error("of two tries of three that b has left, one is under way or two")
	}
	if len(f.from) > f.most+1 || f.allowed("h", 0) {
		t.Error(len(f.from), f.allowed("h", 0))
	}
	now = now.Add(time.Minute)
	f.failed("h")
	if !f.allowed("h", 0) || len(f.from) != 1 {
		t.Error(len(f.from))
	}
}
