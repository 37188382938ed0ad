"""Any public page: watched for new posts where its owner lets programs read it, and looked at for our answers."""
