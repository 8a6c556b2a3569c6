"""What an appraisal is: frozen values and grammars, standard library only."""
