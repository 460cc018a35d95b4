// Problems: findings of the check and the audit, each with what mends it at a click.
