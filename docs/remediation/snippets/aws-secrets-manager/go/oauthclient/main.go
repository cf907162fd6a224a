// Command oauthclient gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from AWS Secrets Manager.
//
// ATLASSIAN_SECRET_ID names the secret, whose text is the secret alone.
// Who may read it is decided by the role that the program runs with.
//
// ATLASSIAN_URL is https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_CLIENT_ID is the public half of the credential.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func readSecret(ctx context.Context) (string, error) {
	id, err := needed("ATLASSIAN_SECRET_ID")
	if err != nil {
		return "", err
	}
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return "", fmt.Errorf("reading the settings of AWS: %w", err)
	}
	store := secretsmanager.NewFromConfig(settings)
	answer, err := store.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &id})
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", id, err)
	}
	if answer.SecretString == nil {
		return "", errors.New("the secret has no text")
	}
	return *answer.SecretString, nil
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

func accessToken(ctx context.Context) (string, error) {
	url := os.Getenv("ATLASSIAN_TOKEN_URL")
	if url == "" {
		url = "https://auth.atlassian.com/oauth/token"
	}
	id, err := needed("ATLASSIAN_CLIENT_ID")
	if err != nil {
		return "", err
	}
	secret, err := readSecret(ctx)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]string{
		"grant_type":    "client_credentials",
		"client_id":     id,
		"client_secret": secret,
	})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	var grant struct {
		AccessToken string `json:"access_token"`
	}
	err = ask(request, &grant)
	return grant.AccessToken, err
}

func whoAmI(ctx context.Context) (string, error) {
	url, err := needed("ATLASSIAN_URL")
	if err != nil {
		return "", err
	}
	token, err := accessToken(ctx)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/rest/api/3/myself", nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+token)
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
