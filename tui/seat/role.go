package seat

import "fmt"

// Role is what a person may do at a project.
type Role uint8

// The roles, each of which may do what those before it may.
const (
	Viewer    Role = iota + 1 // looks at everything that is not somebody's answer
	Annotator                 // answers, and sees nobody else's answers before that
	Reviewer                  // sees all answers, settles, watches other seats
	Admin                     // imports, changes the task, ends sessions
)

var roleNames = map[Role]string{Viewer: "viewer", Annotator: "annotator", Reviewer: "reviewer", Admin: "admin"}

// String returns the name that key files use.
func (r Role) String() string {
	if s, ok := roleNames[r]; ok {
		return s
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// ParseRole reads a role as key files write it.
func ParseRole(s string) (Role, error) {
	for r, name := range roleNames {
		if s == name {
			return r, nil
		}
	}
	return 0, fmt.Errorf("seat: no role %q: use viewer, annotator, reviewer or admin", s)
}

// Answers reports whether the role may answer, skip and flag.
func (r Role) Answers() bool { return r >= Annotator }

// Reviews reports whether the role may see others' answers before its own,
// settle, and watch other seats.
func (r Role) Reviews() bool { return r >= Reviewer }

// Administers reports whether the role may import and change the task.
func (r Role) Administers() bool { return r >= Admin }
