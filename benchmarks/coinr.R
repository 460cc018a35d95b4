# Replications a CPU second of COINr's own uncertainty analysis, on its own example index: Rscript benchmarks/coinr.R
# It needs R with the package COINr: install.packages("COINr")
suppressMessages(library(COINr))
coin <- build_example_coin(quietly = TRUE)
noisy <- get_noisy_weights(
  coin$Meta$Weights$Original,
  noise_specs = data.frame(Level = c(2, 3), NoiseFactor = c(0.25, 0.25)),
  Nrep = 100
)
specs <- list(
  Normalisation = list(
    Address = "$Log$Normalise$global_specs",
    Distribution = list(
      list(f_n = "n_minmax", f_n_para = list(c(1, 100))),
      list(f_n = "n_zscore", f_n_para = list(c(10, 2)))
    ),
    Type = "discrete"
  ),
  Weights = list(Address = "$Log$Aggregate$w", Distribution = noisy, Type = "discrete"),
  Aggregation = list(Address = "$Log$Aggregate$f_ag", Distribution = c("a_amean", "a_gmean"), Type = "discrete")
)
replications <- 50
used <- system.time(suppressMessages(get_sensitivity(
  coin,
  SA_specs = specs, N = replications, SA_type = "UA", dset = "Aggregated", iCode = "Index", quietly = TRUE
)))
cat(replications / (used[["user.self"]] + used[["sys.self"]]), "\n")
