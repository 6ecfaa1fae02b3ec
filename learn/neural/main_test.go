package neural

import (
	"testing"

	"go.uber.org/goleak"
)

// No fit leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
