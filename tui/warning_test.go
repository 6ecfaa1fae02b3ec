package tui

import (
	"testing"
	"time"

	"inkling/tui/catalog"
)

// Who is about to be shown out is told, in their language, until they press a
// key.
func TestWarning(t *testing.T) {
	d := newDriver(t, newProject(t, loansTask(), 20), drive{})
	d.size(80, 24)
	for _, c := range []struct {
		lang  catalog.Language
		w     Warning
		shows string
	}{
		{catalog.English, Warning{EndIdle, 2 * time.Minute}, "nothing was pressed for long: the session ends in 2m0s; any key keeps it"},
		{catalog.English, Warning{EndMax, 90 * time.Second}, "the session is as long as it may be: it ends in 1m30s; you can log in again"},
		{catalog.English, Warning{EndShutdown, 2 * time.Second}, "the host is shutting down in 2s: what you decided is saved"},
		{catalog.Chinese, Warning{EndShutdown, 2 * time.Second}, "主机即将关闭"},
	} {
		d.speak(c.lang)
		d.send(c.w)
		d.see(c.shows)
		d.press("esc")
		d.unseen(c.shows)
	}
}
