package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const page = "# Page\n\n<!-- transcript verify -->\n```console\n$ verify   # 1.2 s\n19 files up to date in 311ms\n```\n\nMore.\n"

func TestRewrite(t *testing.T) {
	text, err := rewrite(page, map[string]string{"verify": "$ verify   # 99.0 s\n20 files up to date in 1m2.5s\n"})
	require.NoError(t, err)
	assert.Equal(t, "# Page\n\n<!-- transcript verify -->\n```console\n$ verify   # 99.0 s\n20 files up to date in 1m2.5s\n```\n\nMore.\n", text)
	assert.Equal(t, "line 6\n-19 files up to date in 311ms\n+20 files up to date in 1m2.5s", difference(page, text))
}

func TestTimesCountForNothing(t *testing.T) {
	text, err := rewrite(page, map[string]string{"verify": "$ verify   # 99.0 s\n19 files up to date in 1m2.5s\n"})
	require.NoError(t, err)
	assert.Equal(t, page, text, "it stays as it is")
}

func TestPagesThatAreWrong(t *testing.T) {
	_, err := rewrite(page, map[string]string{"init": ""})
	require.EqualError(t, err, "there is no scene verify")
	_, err = rewrite("# Page\n\n<!-- transcript verify -->\n\n```console\n```\n", map[string]string{"verify": ""})
	require.ErrorContains(t, err, "there is no block")
	played := map[string]string{"verify": "", "init": ""}
	_, err = rewrite(page, played)
	require.NoError(t, err)
	assert.Contains(t, played, "init", "no page has it")
	assert.NotContains(t, played, "verify")
}
