// Reads the events about your refunds since the last time, one a line: go run read_changes.go. CURSOR_FILE remembers how far
// it has read.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"os"
	"time"
)

type page struct {
	Events []json.RawMessage `json:"events"`
	Cursor string            `json:"cursor"`
}

func main() {
	cursorFile := os.Getenv("CURSOR_FILE")
	for {
		question := map[string]string{}
		cursor, err := os.ReadFile(cursorFile)
		if err == nil {
			question["cursor"] = string(cursor)
		} else if !errors.Is(err, fs.ErrNotExist) {
			log.Fatal(err)
		}
		read, err := changes(question)
		exitOn(err)
		for _, event := range read.Events {
			fmt.Println(string(event)) // Handle it here; one that you have had before is to be ignored.
		}
		// Only now, so that nothing is lost if this stops in between.
		exitOn(os.WriteFile(cursorFile, []byte(read.Cursor), 0o600))
		if len(read.Events) == 0 {
			return
		}
	}
}

func changes(question map[string]string) (read page, err error) {
	body, err := json.Marshal(question)
	exitOn(err)
	random := make([]byte, 16)
	_, err = rand.Read(random)
	exitOn(err)
	timestamp := time.Now().In(time.FixedZone("Beijing", 8*60*60)).Format("20060102150405")
	appID, nonce := os.Getenv("APP_ID"), hex.EncodeToString(random)
	mac := hmac.New(sha256.New, []byte(os.Getenv("APP_KEY")))
	fmt.Fprintf(mac, "%s%s%s%x", appID, timestamp, nonce, sha256.Sum256(body))
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))

	request, err := http.NewRequest(http.MethodPost, os.Getenv("URL")+"/v1/refunds/changes", bytes.NewReader(body))
	exitOn(err)
	request.Header.Set("Authorization", fmt.Sprintf(`OPEN-BODY-SIG AppId="%s",Timestamp="%s",Nonce="%s",Signature="%s"`, appID, timestamp, nonce, signature))
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 35 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return read, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(string(answer))
	}
	if err == nil {
		err = json.Unmarshal(answer, &read)
	}
	return read, err
}

func exitOn(err error) {
	if err != nil {
		log.Fatal(err) // Exit status 1.
	}
}
