// Verifies a copy of an audit log, and proofs that its service gave, with the Go project's own transparency log
// packages: nothing here was written with Taskward's code at hand. Prints "ok <size>", or says what is wrong.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// What proofs.json holds; either list may be empty.
type proofs struct {
	Inclusion []struct {
		Index      int64    `json:"index"`
		Entry      string   `json:"entry"`
		Hashes     []string `json:"hashes"`
		Checkpoint string   `json:"checkpoint"`
	} `json:"inclusion"`
	Consistency []struct {
		Old    string   `json:"old_checkpoint"`
		New    string   `json:"checkpoint"`
		Hashes []string `json:"hashes"`
	} `json:"consistency"`
}

type folder string

func (f folder) read(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
}

// Paths of C2SP tlog-tiles: those of the package, without the height.
func path(t tlog.Tile) string {
	text := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(text, "data/", "entries/", 1)
}

func (f folder) Height() int { return height }
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := f.read(path(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

var keys note.Verifiers

func tree(text []byte) tlog.Tree {
	opened, err := note.Open(text, keys)
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		fail("not a checkpoint of the log whose key signed it: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func hashes(texts []string) []tlog.Hash {
	var all []tlog.Hash
	for _, text := range texts {
		data, err := base64.StdEncoding.DecodeString(text)
		check(err)
		if len(data) != tlog.HashSize {
			fail("a hash of %d bytes", len(data))
		}
		all = append(all, *(*tlog.Hash)(data))
	}
	return all
}

func main() {
	log := folder(os.Args[1])
	text, err := log.read("verifier-keys")
	check(err)
	var verifiers []note.Verifier
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		verifier, err := note.NewVerifier(line)
		check(err)
		verifiers = append(verifiers, verifier)
	}
	keys = note.VerifierList(verifiers...)
	text, err = log.read("checkpoint")
	check(err)
	head := tree(text)
	reader := tlog.TileHashReader(head, log)
	root, err := tlog.TreeHash(head.N, reader)
	check(err)
	if root != head.Hash {
		fail("the tiles have another root than the checkpoint")
	}
	for first := int64(0); first < head.N; first += 1 << height {
		compareBundle(log, reader, head.N, first)
	}
	if len(os.Args) > 2 {
		checkProofs(os.Args[2])
	}
	fmt.Println("ok", head.N)
}

func compareBundle(log folder, reader tlog.HashReader, size, first int64) {
	width := size - first
	if width > 1<<height {
		width = 1 << height
	}
	data, err := log.read(path(tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)}))
	check(err)
	for index := first; index < first+width; index++ {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			fail("entry %d is cut off", index)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		leaf := tlog.RecordHash(data[2:end])
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		check(err)
		if stored[0] != leaf {
			fail("entry %d is not what its leaf hash says", index)
		}
		data = data[end:]
	}
	if len(data) > 0 {
		fail("more than %d entries in a bundle", width)
	}
}

func checkProofs(file string) {
	text, err := os.ReadFile(file)
	check(err)
	var given proofs
	check(json.Unmarshal(text, &given))
	for _, each := range given.Inclusion {
		head := tree([]byte(each.Checkpoint))
		leaf := tlog.RecordHash([]byte(each.Entry))
		check(tlog.CheckRecord(hashes(each.Hashes), head.N, head.Hash, each.Index, leaf))
	}
	for _, each := range given.Consistency {
		older, newer := tree([]byte(each.Old)), tree([]byte(each.New))
		check(tlog.CheckTree(hashes(each.Hashes), newer.N, newer.Hash, older.N, older.Hash))
	}
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
