// Asks what became of one refund: go run refund_status.go. Exit 0: answered (HTTP 200); 1: not.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	beijingNow := time.Now().In(time.FixedZone("Beijing", 8*60*60))
	question := map[string]string{
		"requestTimestamp": beijingNow.Format("2006-01-02 15:04:05"),
		"merOrderId":       os.Getenv("MER_ORDER_ID"),
		"instMid":          "APPDEFAULT",
		"mid":              os.Getenv("MID"),
		"tid":              os.Getenv("TID"),
	}
	if instMid, ok := os.LookupEnv("INST_MID"); ok {
		question["instMid"] = instMid
	}
	if srcReserve, ok := os.LookupEnv("SRC_RESERVE"); ok {
		question["srcReserve"] = srcReserve
	}
	// The bytes that are signed are the bytes that are sent.
	body, err := json.Marshal(question)
	exitOn(err)

	random := make([]byte, 16)
	_, err = rand.Read(random)
	exitOn(err)
	appID, timestamp, nonce := os.Getenv("APP_ID"), beijingNow.Format("20060102150405"), hex.EncodeToString(random)
	mac := hmac.New(sha256.New, []byte(os.Getenv("APP_KEY")))
	fmt.Fprintf(mac, "%s%s%s%x", appID, timestamp, nonce, sha256.Sum256(body))
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))

	request, err := http.NewRequest(http.MethodPost, os.Getenv("URL")+"/v1/netpay/refund-query", bytes.NewReader(body))
	exitOn(err)
	request.Header.Set("Authorization", fmt.Sprintf(`OPEN-BODY-SIG AppId="%s",Timestamp="%s",Nonce="%s",Signature="%s"`, appID, timestamp, nonce, signature))
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 35 * time.Second} // The service answers within 30 s, whatever ChinaUMS does.
	response, err := client.Do(request)
	exitOn(err)
	defer response.Body.Close()
	_, err = io.Copy(os.Stdout, response.Body)
	exitOn(err)
	if response.StatusCode != http.StatusOK {
		os.Exit(1)
	}
}

func exitOn(err error) {
	if err != nil {
		log.Fatal(err) // Exit status 1.
	}
}
