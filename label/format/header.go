package format

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// columnNames makes the names of the columns from a header: trimmed, never
// empty, and unique.
func columnNames(fields [][]byte) []string {
	names := make([]string, len(fields))
	taken := map[string]bool{}
	for _, f := range fields {
		taken[strings.TrimSpace(string(f))] = true
	}
	used := map[string]bool{}
	for i, f := range fields {
		name := strings.TrimSpace(string(f))
		if name == "" {
			name = unique("column"+strconv.Itoa(i+1), taken)
		} else if used[name] {
			name = unique(name, taken)
		}
		names[i], used[name], taken[name] = name, true, true
	}
	return names
}

// unique appends the first number that makes name differ from those taken.
func unique(name string, taken map[string]bool) string {
	if !taken[name] {
		return name
	}
	for i := 2; ; i++ {
		if n := name + "_" + strconv.Itoa(i); !taken[n] {
			return n
		}
	}
}

// numberedNames names columns that have no header.
func numberedNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = "column" + strconv.Itoa(i+1)
	}
	return names
}

// looksLikeHeader reports whether the first row names the columns: it has no
// numbers, nothing twice and nothing that comes again further down, and it is
// made of single words or the usual names, or differs in kind from what stands
// below.
func looksLikeHeader(rows [][]string) bool {
	if len(rows) == 0 {
		return false
	}
	votes, named, words := 0, 0, 0
	seen := map[string]bool{}
	for _, cell := range rows[0] {
		name := strings.TrimSpace(cell)
		if name == "" {
			continue
		}
		if seen[name] || isNumber(name) || isDate(name) || utf8.RuneCountInString(name) > 60 || strings.ContainsAny(name, "\r\n") {
			return false
		}
		seen[name] = true
		named++
		if isWord(name) {
			words++
		}
		switch {
		case isUsualName(name):
			votes += 2
		case isIdentifier(name):
			votes++
		}
	}
	if named == 0 || 2*named < len(rows[0]) {
		return false
	}
	if words == len(rows[0]) && words > 1 { // far more files have a header than not
		votes += 2
	}
	for i, cell := range rows[0] {
		vote, data := compareColumn(strings.TrimSpace(cell), i, rows)
		if data {
			return false
		}
		votes += vote
	}
	return votes >= 2
}

// compareColumn compares the first cell of a column with those below: data
// says that it is one of them.
func compareColumn(name string, i int, rows [][]string) (votes int, data bool) {
	if name == "" {
		return 0, false
	}
	filled, numbers, runes := 0, 0, 0
	for _, row := range rows[1:] {
		if i >= len(row) {
			continue
		}
		cell := strings.TrimSpace(row[i])
		if cell == "" {
			continue
		}
		if cell == name && !same(row, rows[0]) { // files put together by hand repeat the header
			return 0, true
		}
		filled++
		runes += utf8.RuneCountInString(cell)
		if isNumber(cell) || isDate(cell) {
			numbers++
		}
	}
	switch {
	case filled == 0:
	case 10*numbers >= 9*filled:
		return 2, false
	case runes/filled >= 3*utf8.RuneCountInString(name) && len(strings.Fields(name)) <= 3:
		return 1, false
	}
	return 0, false
}

func same(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// isNumber takes decimal points and commas, signs, exponents and per cent.
func isNumber(s string) bool {
	s = strings.TrimSuffix(s, "%")
	if s == "" || !strings.ContainsAny(s[:1], "+-.0123456789") {
		return false
	}
	_, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err == nil {
		return true
	}
	_, err = strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	return err == nil
}

func isDate(s string) bool {
	if len(s) < 6 || len(s) > 35 || !strings.ContainsAny(s, "0123456789") {
		return false
	}
	for _, layout := range []string{"2006-1-2", "2006/1/2", "2.1.2006", "1/2/2006", "2/1/2006", "2006-1-2 15:04", "2006-1-2 15:04:05",
		"2006/1/2 15:04", "2006/1/2 15:04:05", "1/2/2006 15:04", time.RFC3339, "2006-01-02T15:04:05", "2006年1月2日"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// isWord reports whether s is a short single word.
func isWord(s string) bool {
	most := 30
	for i, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			most = 6
		case unicode.IsLetter(r), i > 0 && (r == '_' || r == '-' || r == '.' || unicode.IsDigit(r)):
		default:
			return false
		}
	}
	return utf8.RuneCountInString(s) <= most
}

// isIdentifier reports whether s is one word of the kind that programs use:
// credit_amount, creditAmount, credit.amount.
func isIdentifier(s string) bool {
	mark := false
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			mark = mark || i > 0 && unicode.IsUpper(r) && s != strings.ToUpper(s)
		case r == '_' || r == '.' && i > 0 && i < len(s)-1:
			mark = true
		case i > 0 && unicode.IsDigit(r):
		default:
			return false
		}
	}
	return mark
}

// isUsualName reports whether s is a name that columns often have, or ends in
// one: text, review_text, Customer ID, 评论内容.
func isUsualName(s string) bool {
	for _, han := range []string{"编号", "序号", "文本", "内容", "正文", "标题", "标签", "类别", "分类", "类型", "评论", "评价", "日期", "时间", "姓名", "名称",
		"金额", "价格", "年龄", "性别", "备注", "描述", "来源", "地址", "电话", "邮箱", "状态", "问题", "答案", "链接", "文字", "情感"} {
		if strings.HasSuffix(s, han) {
			return utf8.RuneCountInString(s) <= 8
		}
	}
	words := strings.FieldsFunc(splitCamel(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 || len(words) > 4 || strings.Count(s, " ") > 2 || strings.ContainsAny(s, "!?,") {
		return false
	}
	usual := func(word string) bool { return strings.Contains(usualNames, " "+strings.ToLower(word)+" ") }
	return usual(words[len(words)-1]) || !strings.Contains(s, " ") && usual(words[0])
}

// splitCamel puts a blank between a small letter and a capital.
func splitCamel(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if unicode.IsLower(last) && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// usualNames are the words that column names are often made of, each between
// blanks.
const usualNames = " " +
	"id ids no nr num number idx index key uuid name title subject text texts body content contents message " +
	"messages msg comment comments review reviews sentence question answer description desc memo note notes remark " +
	"tweet post headline summary document doc label labels class category categories target tag tags type kind " +
	"topic intent sentiment emotion rating score stars status value amount price cost total quantity count age sex " +
	"gender date time timestamp datetime year month day created updated url link email phone address city country " +
	"state zip region lang language source author user username worker item product customer client file filename " +
	"path image split fold lat lon latitude longitude gold truth annotator column code meaning "
