// Command apitoken asks Jira who the API token belongs to. The secret comes from HashiCorp Vault.
//
// VAULT_ADDR and VAULT_TOKEN say which Vault, and who asks; the secret is the field value
// at secret/atlassian of the key-value store, version 2.
//
// ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
// https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_EMAIL is the mail address of the account.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/hashicorp/vault/api"
)

func readSecret(ctx context.Context) (string, error) {
	// The settings are those of VAULT_ADDR, VAULT_TOKEN and their like.
	store, err := api.NewClient(api.DefaultConfig())
	if err != nil {
		return "", fmt.Errorf("reading the settings of Vault: %w", err)
	}
	answer, err := store.KVv2("secret").Get(ctx, "atlassian")
	if err != nil {
		return "", fmt.Errorf("reading secret/atlassian: %w", err)
	}
	value, isText := answer.Data["value"].(string)
	if !isText {
		return "", errors.New("the secret has no field value")
	}
	return value, nil
}

func needed(name string) (string, error) {
	value := os.Getenv(name)
	if value == "" {
		return "", fmt.Errorf("%s is not set", name)
	}
	return value, nil
}

// ask sends request and reads the JSON of its answer into answer.
func ask(request *http.Request, answer any) error {
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", request.URL.Host, got.Status)
	}
	return json.NewDecoder(got.Body).Decode(answer)
}

func whoAmI(ctx context.Context) (string, error) {
	url, err := needed("ATLASSIAN_URL")
	if err != nil {
		return "", err
	}
	email, err := needed("ATLASSIAN_EMAIL")
	if err != nil {
		return "", err
	}
	secret, err := readSecret(ctx)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/rest/api/3/myself", nil)
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(email, secret)
	var user struct {
		DisplayName string `json:"displayName"`
	}
	err = ask(request, &user)
	return user.DisplayName, err
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	name, err := whoAmI(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(name)
}
