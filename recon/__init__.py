"""`recon`: files → cells → text tables → typed tables → accepted rows → matching → balances → findings → reports."""
