"""The pages behind a code: made for phones, without an account."""
